#!/usr/bin/env python3
"""A service of another company, in another language: the two deletion routes and nothing else (spec A10).

    crm_service.py DATA.json PORT

DATA.json holds {"tenant id": contacts}. DATA.json.calls gets a line a call: the method and the traceparent that came
with it. Prints "listening on http://127.0.0.1:PORT". PORT 0 takes a free one.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DATA = Path(sys.argv[1])
CALLS = Path(sys.argv[1] + ".calls")
ROUTE = re.compile(r"/api/v1/crm/tenant/([0-9a-f-]{36})(/deletion-preview)?")


class Crm(BaseHTTPRequestHandler):
    """Answers previews and deletions of contacts."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A1"""
        route = ROUTE.fullmatch(self.path)
        if not self._is_authorized() or not route or not route[2]:
            return self._answer(401 if route else 404, {"detail": "no"})
        contacts = json.loads(DATA.read_text()).get(route[1], 0)
        return self._answer(200, {"tenant_id": route[1], "service": "crm", "data_counts": {"contacts": contacts},
                                  "total_items": contacts})

    def do_DELETE(self) -> None:
        """A2"""
        route = ROUTE.fullmatch(self.path)
        if not self._is_authorized() or not route or route[2]:
            return self._answer(401 if route else 404, {"detail": "no"})
        tenants = json.loads(DATA.read_text())
        contacts = tenants.pop(route[1], 0)
        DATA.write_text(json.dumps(tenants))
        return self._answer(200, {"message": "gone", "summary": {
            "tenant_id": route[1], "service": "crm", "success": True, "deleted_counts": {"contacts": contacts},
            "total_deleted": contacts, "errors": []}})

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _is_authorized(self) -> bool:
        with CALLS.open("a") as calls:
            calls.write(f"{self.command} {self.headers.get('traceparent', '-')}\n")
        return self.headers.get("Authorization", "").startswith("Bearer ey")

    def _answer(self, status: int, body: dict) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Crm)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
