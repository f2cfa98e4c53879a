import type { JSX } from "preact";

/** One of a few, all of them seen. */
export function Choice(props: {
  legend: string;
  name: string;
  options: [key: string, text: string][];
  chosen: string | undefined;
  onChoose: (key: string) => void;
}): JSX.Element {
  return (
    <fieldset class="filters">
      <legend class="visually-hidden">{props.legend}</legend>
      {props.options.map(([key, text]) => (
        <label key={key}>
          <input type="radio" name={props.name} checked={props.chosen === key} onChange={() => props.onChoose(key)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
