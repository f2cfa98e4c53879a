import "./style/base.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/tables.css";
import "./style/forms.css";
import "./style/overview.css";
import "./style/deletion.css";

import { render } from "preact";

import { account, resume } from "./api/client";
import { App } from "./app";
import { watch } from "./live";
import "./theme";

const root = document.getElementById("app");
if (root) render(<App />, root);

resume()
  .catch(() => {
    // The log-in page says what is wrong as soon as somebody tries.
    account.value = null;
  })
  .finally(watch);
