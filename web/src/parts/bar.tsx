import type { JSX } from "preact";

import type { Tone } from "../words";

/** How far something is, 0 to 1; null: nobody knows, but it is being done. */
export function Bar(props: {
  label: string;
  value: number | null;
  tone: Tone;
  text?: string;
  isThin?: boolean;
}): JSX.Element {
  const { value } = props;
  const known = value === null ? {} : { "aria-valuenow": Math.round(value * 100) };
  return (
    <div
      class={`bar bar-${props.tone}${props.isThin ? " bar-thin" : ""}${value === null ? " bar-busy" : ""}`}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...known}
      {...(props.text ? { "aria-valuetext": props.text } : {})}
    >
      <span class="bar-fill" style={{ transform: `translateX(${((value ?? 1) - 1) * 100}%)` }} />
    </div>
  );
}
