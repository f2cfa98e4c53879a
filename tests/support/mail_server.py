#!/usr/bin/python3
"""A mail server on this machine that prints what it takes (aiosmtpd, of the distribution).

    mail_server.py PORT TLS CERTIFICATE KEY USER PASSWORD [ANSWER]...

TLS: none, starttls (needed before anything else) or implicit. USER "-": nobody logs in. The ANSWERs are given in their order,
each when its turn has come: "451 rcpt" instead of taking a recipient, "554 data" instead of taking a mail, "hang" never answers
that recipient. Prints "listening on PORT", then a line of JSON for each mail taken, "answered CODE" for each answer, "hanging".
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PORT, TLS, CERTIFICATE, KEY, USER, PASSWORD, *ANSWERS = sys.argv[1:]


def say(line: str) -> None:
    """To the test."""
    print(line, flush=True)


def next_answer(stage: str) -> str | None:
    """What to answer instead of going on, if it is that answer's turn."""
    if not ANSWERS or not ANSWERS[0].endswith(stage):
        return None
    code = ANSWERS.pop(0).split()[0]
    say(f"answered {code}")
    return f"{code} so it is"


class Handler:
    """Takes everything that no answer stands against."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        """Of one recipient."""
        if ANSWERS and ANSWERS[0] == "hang":
            ANSWERS.pop(0)
            say("hanging")
            await asyncio.sleep(3600)
        if answer := next_answer("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Of a whole mail."""
        if answer := next_answer("data"):
            return answer
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        say(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos,
            "is_encrypted": session.ssl is not None or TLS == "implicit",
            "user": session.auth_data.decode() if session.authenticated else None,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "type": message.get_content_type(),
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "longest_line": max(map(len, raw.split(b"\r\n"))),
            "text": message.get_body(("plain",)).get_content(), "html": message.get_body(("html",)).get_content()}))
        return "250 taken"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    """One user with one password."""
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    if not is_right:
        say("answered 535")
    return AuthResult(success=is_right, handled=False, auth_data=data.login)


async def main() -> None:
    """Serves until it is killed."""
    context = None
    if TLS != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE, KEY)
    needs_user = USER != "-"

    def connection() -> SMTP:
        return SMTP(Handler(), hostname="localhost", tls_context=context if TLS == "starttls" else None,
                    require_starttls=TLS == "starttls", authenticator=authenticate if needs_user else None,
                    auth_required=needs_user, auth_require_tls=TLS == "starttls")

    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", int(PORT), ssl=context if TLS == "implicit" else None, reuse_address=True)
    say(f"listening on {server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


asyncio.run(main())
