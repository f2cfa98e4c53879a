import type { JSX } from "preact";

import { plural } from "../format";

const HEIGHT = 96;
const WIDTH = 480;
const GAP = 4;

/** Deletions that ended in each of the last 24 hours, the oldest first. */
export function Hours({ hours }: { hours: { completed: number; failed: number }[] }): JSX.Element {
  const most = Math.max(1, ...hours.map((hour) => hour.completed + hour.failed));
  const step = WIDTH / hours.length;
  const heightOf = (value: number): number => (value === 0 ? 0 : Math.max(3, (value / most) * (HEIGHT - 4)));
  const all = hours.reduce((sum, hour) => sum + hour.completed + hour.failed, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  return (
    <figure class="hours">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${plural(all, "deletion")} ended in the last 24 hours, ${failed} of them failed; at most ${most} in an hour`}
      >
        <line class="hours-base" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {hours.map((hour, at) => {
          const bad = heightOf(hour.failed);
          const good = heightOf(hour.completed);
          const x = at * step + GAP / 2;
          return (
            <g key={at}>
              <title>{`${hours.length - at} h ago: ${hour.completed} completed, ${hour.failed} failed`}</title>
              <rect class="hours-hit" x={at * step} y="0" width={step} height={HEIGHT} />
              {good > 0 && <rect class="hours-good" x={x} y={HEIGHT - good - bad} width={step - GAP} height={good} rx="2" />}
              {bad > 0 && <rect class="hours-bad" x={x} y={HEIGHT - bad} width={step - GAP} height={bad} rx="2" />}
            </g>
          );
        })}
      </svg>
      <figcaption aria-hidden="true">
        <span>24 h ago</span>
        <span>12 h ago</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
