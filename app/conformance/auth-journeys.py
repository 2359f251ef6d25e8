"""Sends the same generated journeys to the original auth server and to Stabbur and tells what differs.

auth-journeys.py ORIGINAL STABBUR [--journeys N] [--at-once N] [--seconds N] [--seed S] [--answers] [--verbose]

Both servers are run as app/docs/conformance.md says: with the secret below, mails to ports 2501 and 2502, text messages
never sent, and Keycloak and the original's mail templates at port 2503. Python needs `pyjwt` and `cryptography`.
"""

import argparse
import asyncore
import base64
import collections
import concurrent.futures
import email as mail
import hashlib
import hmac
import http.client
import http.server
import json
import random
import re
import smtpd
import struct
import threading
import time
import urllib.parse
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "a secret of both sides that is long enough for HS256"
ISSUER = "http://localhost:2503/realms/one"
PASSWORD, OTHER = "correct horse battery", "another horse battery"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Mails(smtpd.SMTPServer):
    """The last code of each address, and how many mails each journey's people got."""

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), None)
        self.codes, self.counts, self.arrived = {}, collections.Counter(), threading.Condition()

    def process_message(self, peer, sender, recipients, data, **_):
        parts = [part for part in mail.message_from_bytes(data).walk() if not part.is_multipart()]
        text = " ".join(part.get_payload(decode=True).decode() for part in parts)
        with self.arrived:
            for recipient in recipients:
                for code in re.findall(r"(?<![#\w])\d{6}(?!\w)", text)[-1:]:
                    self.codes[recipient] = code
                self.counts[recipient.split("@")[0].split("-", 1)[1]] += 1
            self.arrived.notify_all()

    def wait(self, tag, count):
        """Waits until a journey's people have got so many mails, for a second at most; how many they have."""
        with self.arrived:
            self.arrived.wait_for(lambda: self.counts[tag] >= count, 1)
            return self.counts[tag]


class Keycloak(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        numbers = KEY.public_key().public_numbers()
        text = lambda n: base64.urlsafe_b64encode(n.to_bytes((n.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
        told = {"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": text(numbers.n), "e": text(numbers.e)}]}
        if self.path.endswith("openid-configuration"):
            at = ISSUER + "/protocol/openid-connect/"
            told = {"issuer": ISSUER, "authorization_endpoint": at + "auth", "token_endpoint": at + "token",
                    "userinfo_endpoint": at + "userinfo", "jwks_uri": at + "certs",
                    "id_token_signing_alg_values_supported": ["RS256"]}
        body = json.dumps(told).encode()
        if self.path == "/mail":
            body = b"<p>The code is {{ .Token }}</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/mail" else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def id_token(sub, email, verified):
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "journeys", "sub": sub, "email": email, "email_verified": verified, "name": "Kari",
              "iat": now, "exp": now + 600}
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Side:
    """What a journey has at one of the servers."""

    def __init__(self, url, mails):
        self.url, self.mails = urllib.parse.urlsplit(url), mails
        self.service = jwt.encode({"role": "service_role", "iss": "supabase", "exp": int(time.time()) + 86400}, SECRET)
        self.sessions, self.ids, self.factors, self.links, self.old = {}, {}, {}, {}, {}

    def send(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request(method, self.url.path.rstrip("/") + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        try:
            parsed = json.loads(text) if text else None
        except ValueError:
            parsed = text
        return answer.status, parsed, answer.getheader("Location")

    def keep(self, who, answer):
        """Notes the session and the id that an answer has."""
        body = answer[1]
        if isinstance(body, dict):
            if body.get("access_token"):
                self.old[who] = self.sessions.get(who, {}).get("refresh_token")
                self.sessions[who] = body
            user = body.get("user") if isinstance(body.get("user"), dict) else body
            if isinstance(user, dict) and "aud" in user and user.get("id"):
                self.ids[who] = user["id"]
        return answer

    def token(self, who):
        return self.sessions.get(who, {}).get("access_token", "a.b.c")


class Journey:
    def __init__(self, number, seed):
        self.number = number
        self.dice = random.Random(f"{seed}/{number}")
        self.tag = f"{seed}-{number}-{uuid.uuid4().hex[:6]}"
        self.people = ["ada", "bo"]

    def email(self, who, n=0):
        return f"{who}{n}-{self.tag}@example.org"

    def phone(self, who, n=0):
        digest = int(hashlib.sha256(f"{who}{n}{self.tag}".encode()).hexdigest(), 16)
        return "479" + str(digest)[:8]

    def steps(self, length):
        for _ in range(length):
            name = self.dice.choice(STEPS)
            yield name, self.dice.choice(self.people), self.dice.randrange(1000), self.dice.randrange(3)


def step(journey, side, name, who, n, which):
    """One step at one side; its answer as (status, body, location)."""
    email, phone = journey.email(who, which % 2), journey.phone(who, which % 2)
    token = side.token(who)
    user = side.ids.get(who, "00000000-0000-0000-0000-000000000000")
    keep = lambda answer: side.keep(who, answer)
    password = PASSWORD if which else OTHER
    code = side.mails.codes.get(email, "000000")
    admin = lambda method, path, body=None: side.send(method, path, body, side.service)
    match name:
        case "sign up":
            return keep(side.send("POST", "/signup", {"email": email, "password": PASSWORD, "data": {"n": n}}))
        case "sign up by phone":
            return keep(side.send("POST", "/signup", {"phone": phone, "password": PASSWORD}))
        case "sign in":
            return keep(side.send("POST", "/token?grant_type=password", {"email": email, "password": password}))
        case "sign in by phone":
            return keep(side.send("POST", "/token?grant_type=password", {"phone": phone, "password": password}))
        case "anonymous":
            return keep(side.send("POST", "/signup", {"data": {"guest": True}}))
        case "refresh":
            held = side.sessions.get(who, {}).get("refresh_token", "none")
            return keep(side.send("POST", "/token?grant_type=refresh_token", {"refresh_token": held}))
        case "refresh old":
            held = side.old.get(who) or "none"
            return keep(side.send("POST", "/token?grant_type=refresh_token", {"refresh_token": held}))
        case "otp":
            return side.send("POST", "/otp", {"email": email, "create_user": n % 3 > 0})
        case "recover":
            return side.send("POST", "/recover", {"email": email})
        case "resend":
            return side.send("POST", "/resend", {"type": ["signup", "email_change"][n % 2], "email": email})
        case "verify":
            kind = ["signup", "email", "recovery", "magiclink", "email_change", "invite"][n % 6]
            return keep(side.send("POST", "/verify", {"type": kind, "email": email, "token": code}))
        case "verify wrong":
            return side.send("POST", "/verify", {"type": "email", "email": email, "token": "000001"})
        case "verify link":
            held = side.links.get(who, ("signup", "none"))
            return keep(side.send("POST", "/verify", {"type": held[0], "token_hash": held[1]}))
        case "follow link":
            held = side.links.get(who, ("signup", "none"))
            return side.send("GET", f"/verify?type={held[0]}&token={held[1]}&redirect_to=http://localhost:3000/")
        case "user":
            return keep(side.send("GET", "/user", None, token))
        case "change email":
            return keep(side.send("PUT", "/user", {"email": email}, token))
        case "change phone":
            return keep(side.send("PUT", "/user", {"phone": phone}, token))
        case "change password":
            return keep(side.send("PUT", "/user", {"password": password}, token))
        case "change data":
            return keep(side.send("PUT", "/user", {"data": {"n": n, "gone": None}}, token))
        case "log out":
            return side.send("POST", "/logout?scope=" + ["global", "local", "others"][n % 3], None, token)
        case "reauthenticate":
            return side.send("GET", "/reauthenticate", None, token)
        case "id token":
            body = {"provider": "keycloak", "id_token": id_token(f"{who}-{journey.tag}-{n % 2}", email, which > 0)}
            return keep(side.send("POST", "/token?grant_type=id_token", body))
        case "link id token":
            body = {"provider": "keycloak", "id_token": id_token(f"{who}-{journey.tag}-{n % 2}", email, which > 0),
                    "link_identity": True}
            return keep(side.send("POST", "/token?grant_type=id_token", body, token))
        case "unlink":
            identities = (side.send("GET", "/user", None, token)[1] or {}).get("identities") or []
            identities.sort(key=lambda each: each["provider"])
            id = identities[n % len(identities)]["identity_id"] if identities else str(uuid.UUID(int=0))
            return side.send("DELETE", "/user/identities/" + id, None, token)
        case "enroll":
            answer = side.send("POST", "/factors", {"factor_type": "totp", "friendly_name": f"app {n % 2}"}, token)
            if answer[0] == 200:
                side.factors[who] = (answer[1]["id"], answer[1]["totp"]["secret"])
            return answer
        case "verify factor":
            id, secret = side.factors.get(who, (str(uuid.UUID(int=0)), "A" * 32))
            challenge = side.send("POST", f"/factors/{id}/challenge", {}, token)
            if challenge[0] != 200:
                return challenge
            body = {"challenge_id": challenge[1]["id"], "code": totp(secret) if which else "000000"}
            return keep(side.send("POST", f"/factors/{id}/verify", body, token))
        case "remove factor":
            return side.send("DELETE", "/factors/" + side.factors.get(who, (str(uuid.UUID(int=0)),))[0], None, token)
        case "admin create":
            body = {"email": email, "password": PASSWORD, "email_confirm": which > 0}
            if n % 3 == 0:
                body |= {"phone": phone, "phone_confirm": n % 2 == 0}
            return keep(admin("POST", "/admin/users", body))
        case "admin change":
            body = [{"email": email}, {"phone": phone}, {"password": password}, {"email_confirm": True},
                    {"phone_confirm": True}, {"user_metadata": {"by": "admin"}}, {"app_metadata": {"plan": n}},
                    {"role": "authenticated"}, {"ban_duration": "24h"}, {"ban_duration": "none"},
                    {"email": email, "email_confirm": True}][n % 11]
            return admin("PUT", "/admin/users/" + user, body)
        case "admin read":
            return admin("GET", "/admin/users/" + user)
        case "admin delete":
            return admin("DELETE", "/admin/users/" + user, {"should_soft_delete": n % 2 == 0})
        case "admin factors":
            return admin("GET", f"/admin/users/{user}/factors")
        case "generate link":
            kind = ["signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new"][n % 6]
            body = {"type": kind, "email": email, "password": PASSWORD, "new_email": journey.email(who, 2)}
            answer = admin("POST", "/admin/generate_link", body)
            if answer[0] == 200:
                kind = answer[1]["verification_type"]
                kind = "email_change" if kind.startswith("email_change") else kind
                side.links[who] = (kind, answer[1]["hashed_token"])
            return answer
        case "invite":
            return admin("POST", "/invite", {"email": email, "data": {"invited": True}})
    raise ValueError(name)


STEPS = [
    "sign up", "sign up", "sign up by phone", "sign in", "sign in", "sign in", "sign in by phone", "anonymous", "refresh",
    "refresh old", "otp", "recover", "resend", "verify", "verify", "verify", "verify wrong", "verify link", "follow link",
    "user", "change email", "change phone", "change password", "change data", "log out", "reauthenticate", "id token",
    "link id token", "link id token", "unlink", "enroll", "verify factor", "verify factor", "remove factor", "admin create",
    "admin change", "admin change", "admin change", "admin read", "admin delete", "admin factors", "generate link", "invite",
]

FREE = {"access_token", "refresh_token", "expires_at", "secret", "uri", "qr_code", "action_link", "hashed_token", "email_otp", "exp",
        "iat", "session_id", "weak_password", "encrypted_password", "message_id"}


def plain(value, name=""):
    """A value without what differs by chance: ids, times, secrets."""
    if isinstance(value, dict):
        return {key: plain(each, key) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [plain(each, name) for each in value]
    if name in FREE and value:
        return "…"
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            return "time"
        return UUIDS.sub("id", value)
    if isinstance(value, (int, float)) and name == "timestamp":
        return 0
    return value


def shown(answer):
    status, body, location = answer
    told = {"status": status, "body": None if location else plain(body)}
    if isinstance(body, dict) and body.get("access_token"):
        claims = jwt.decode(body["access_token"], options={"verify_signature": False})
        claims["amr"] = [each["method"] for each in claims.get("amr", [])]
        told["claims"] = {key: each for key, each in plain(claims).items() if key != "iss"}
    if location:
        told["location"] = re.sub(r"(access_token|refresh_token|expires_at|code)=[^&]+", r"\1=…", location)
    return told


def difference(a, b, path=""):
    """The first places where two answers differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                yield f"{path}.{key} only at {'stabbur' if key not in a else 'original'}: {json.dumps(b.get(key, a.get(key)))[:80]}"
            else:
                yield from difference(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (one, other) in enumerate(zip(a, b)):
            yield from difference(one, other, f"{path}[{number}]")
    elif a != b:
        yield f"{path}: original {json.dumps(a)[:120]}, stabbur {json.dumps(b)[:120]}"


class Played:
    """A journey that both went through, until they parted: from there on the two have different accounts."""

    def __init__(self, journey):
        self.journey, self.steps, self.parted, self.found, self.history = journey, 0, False, [], []

    def differ(self, name, differences):
        for text in differences:
            text = re.sub(r"479\d{8}", "PHONE", text.replace(self.journey.tag, "TAG"))
            self.found.append((f"{name}: {text}", list(self.history)))


def play(number, wanted, mails):
    """Sends a journey to both, step by step: each step first to one, then to the other."""
    played = Played(Journey(number, wanted.seed))
    journey = played.journey
    sides = [Side(url, its) for url, its in zip((wanted.original, wanted.stabbur), mails)]
    for name, who, n, which in journey.steps(wanted.length):
        before = [side.mails.counts[journey.tag] for side in sides]
        answers = [shown(step(journey, side, name, who, n, which)) for side in sides]
        played.steps += 1
        played.history.append(f"{name} {who} {n} {which}: {answers[0]['status']} {answers[1]['status']}")
        if wanted.answers or answers[0]["status"] != answers[1]["status"]:
            codes = [each["body"].get("error_code") if isinstance(each["body"], dict) else None for each in answers]
            answers = [{"answer": json.dumps({"status": each["status"], "code": code})} for each, code in zip(answers, codes)]
        played.differ(name, difference(*answers))
        if "answer" in answers[0] and answers[0] != answers[1]:
            played.parted = True
            break
        # the original mails before it answers
        sent = sides[0].mails.counts[journey.tag] - before[0]
        got = sides[1].mails.wait(journey.tag, before[1] + sent) - before[1]
        if sent != got:
            played.differ(name, [f"mails: original {sent}, stabbur {got}"])
    return played


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("original")
    arguments.add_argument("stabbur")
    arguments.add_argument("--journeys", type=int, default=500)
    arguments.add_argument("--at-once", type=int, default=8, help="how many journeys go on at the same time")
    arguments.add_argument("--seconds", type=int, default=3600)
    arguments.add_argument("--length", type=int, default=14)
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--answers", action="store_true", help="tell statuses and codes only")
    arguments.add_argument("--verbose", action="store_true")
    wanted = arguments.parse_args()
    mails = Mails(2501), Mails(2502)
    threading.Thread(target=asyncore.loop, kwargs={"timeout": 0.05}, daemon=True).start()
    issuer = http.server.ThreadingHTTPServer(("127.0.0.1", 2503), Keycloak)
    threading.Thread(target=issuer.serve_forever, daemon=True).start()
    begin = time.time()
    with concurrent.futures.ThreadPoolExecutor(wanted.at_once) as threads:
        in_time = lambda number: play(number, wanted, mails) if time.time() < begin + wanted.seconds else None
        played = [each for each in threads.map(in_time, range(wanted.journeys)) if each]
    found, examples = collections.Counter(), {}
    for each in played:
        for text, history in each.found:
            found[text] += 1
            examples.setdefault(text, (each.journey.number, history))
    for text, count in found.most_common():
        print(f"{count:5} {text}")
        if wanted.verbose:
            number, history = examples[text]
            print(f"      journey {number}: " + "; ".join(history))
    steps, parted = sum(each.steps for each in played), sum(each.parted for each in played)
    print(f"{len(played)} journeys, {steps} steps, {parted} journeys that parted, {len(found)} kinds of difference, {time.time() - begin:.0f} s")


main()
