import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, logIn } from "../api/client";
import { Problem } from "../parts/basics";
import { Field } from "../parts/dialog";
import { useAction } from "../use_query";

export function LogInPage(): JSX.Element {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Log in · Tenure";
    field.current?.focus();
  }, []);

  const submit = async (): Promise<void> => {
    if (!(await action.run(() => logIn(email, password)))) setPassword("");
  };
  const error =
    action.error?.status === 404
      ? new ApiError(404, "This estate keeps no accounts of its own: its people log in elsewhere, and this page cannot.")
      : action.error;
  return (
    <main class="log-in">
      <form
        class="log-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <span class="brand">
          <span class="brand-mark" aria-hidden="true">
            T
          </span>
          Tenure
        </span>
        <h1>Log in</h1>
        <Field id="email" label="E-mail address">
          <input
            ref={field}
            id="email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </Field>
        <Field id="password" label="Password">
          <input
            id="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        {error && <Problem error={error} />}
        <button type="submit" class="button primary" disabled={action.isRunning}>
          {action.isRunning ? "Logging in…" : "Log in"}
        </button>
      </form>
    </main>
  );
}
