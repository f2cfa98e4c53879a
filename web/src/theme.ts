import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

function stored(): Theme {
  const value = localStorage.getItem("tenure.theme");
  return value === "light" || value === "dark" ? value : "auto";
}

export const theme = signal<Theme>(stored());

function apply(value: Theme): void {
  if (value === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = value;
}
apply(theme.value);

export function setTheme(value: Theme): void {
  theme.value = value;
  localStorage.setItem("tenure.theme", value);
  apply(value);
}
