"""Goes through every part of an unmodified supabase-py: accounts, rows, files and channels.

Arguments: the address of the server. The publishable key comes from SUPABASE_KEY.
"""

import asyncio
import os
import sys
import urllib.request
import uuid

from supabase import acreate_client, create_client
from supabase_auth.errors import AuthApiError
from postgrest.exceptions import APIError
from storage3.exceptions import StorageApiError

URL, KEY = sys.argv[1], os.environ["SUPABASE_KEY"]
EMAIL, PASSWORD = f"{uuid.uuid4()}@example.org", "correct horse battery"


def fails(kind, work):
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def accounts(client):
    client.auth.sign_up({"email": EMAIL, "password": PASSWORD, "options": {"data": {"name": "Åse"}}})
    client.auth.sign_out()
    wrong = fails(AuthApiError, lambda: client.auth.sign_in_with_password({"email": EMAIL, "password": "no"}))
    assert (wrong.status, wrong.code) == (400, "invalid_credentials"), wrong
    session = client.auth.sign_in_with_password({"email": EMAIL, "password": PASSWORD}).session
    assert client.auth.get_user().user.user_metadata["name"] == "Åse"
    assert client.auth.get_claims()["claims"]["email"] == EMAIL
    assert client.auth.update_user({"data": {"role": "teacher"}}).user.user_metadata["name"] == "Åse"
    assert client.auth.refresh_session().session.access_token != session.access_token
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "app"})
    assert factor.totp.uri.startswith("otpauth://")
    assert len(client.auth.mfa.list_factors().all) == 1
    assert client.auth.mfa.unenroll({"factor_id": factor.id}).id == factor.id
    fails(AuthApiError, lambda: client.auth.verify_otp({"email": EMAIL, "token": "000000", "type": "email"}))


def rows(client):
    notes = lambda: client.table("python_notes")
    made = notes().insert([{"text": f"note {n} – €"} for n in range(12)]).execute().data
    assert len(made) == 12 and made[0]["owner"] == client.auth.get_user().user.id
    page = notes().select("id, text", count="exact").order("id", desc=True).range(0, 4).execute()
    assert (len(page.data), page.count) == (5, 12)
    one = notes().select("*").eq("id", made[3]["id"]).single().execute().data
    assert one["text"] == "note 3 – €"
    found = notes().select("id").or_(f"id.eq.{made[0]['id']},text.ilike.*11*").execute().data
    assert len(found) == 2
    assert notes().update({"done": True}).in_("id", [made[0]["id"], made[1]["id"]]).execute().data[1]["done"]
    assert notes().upsert({"id": made[2]["id"], "text": "again"}).execute().data[0]["text"] == "again"
    assert client.rpc("python_count", {"done_only": True}).execute().data == 2
    assert "note" in notes().select("text").csv().execute().data
    assert notes().select("*").eq("id", -1).maybe_single().execute() is None
    wrong = fails(APIError, lambda: notes().select("*").eq("id", -1).single().execute())
    assert wrong.code == "PGRST116", wrong
    assert len(notes().delete().eq("done", True).execute().data) == 2


def files(client):
    bucket = client.storage.from_("python")
    name = "mappe å/utkast – 5 €.txt"
    bucket.upload(name, b"text", {"content-type": "text/plain", "x-upsert": "true"})
    assert bucket.download(name) == b"text"
    assert [each["name"] for each in bucket.list("mappe å")] == ["utkast – 5 €.txt"]
    assert bucket.info(name)["size"] == 4 and bucket.exists(name) and not bucket.exists("nothing")
    read = lambda signed: urllib.request.urlopen(signed["signedURL"], timeout=20).read()
    assert read(bucket.create_signed_url(name, 60)) == b"text"
    assert [read(each) for each in bucket.create_signed_urls([name], 60)] == [b"text"]
    upload = bucket.create_signed_upload_url("empty.txt")
    bucket.upload_to_signed_url(upload["path"], upload["token"], b"")
    assert bucket.download("empty.txt") == b""
    bucket.copy(name, "copy.txt")
    bucket.move("copy.txt", "moved.txt")
    fails(StorageApiError, lambda: bucket.download("copy.txt"))
    assert len(bucket.remove([name, "moved.txt", "empty.txt"])) == 3


async def channels():
    client = await acreate_client(URL, KEY)
    received = asyncio.get_running_loop().create_future()
    channel = client.channel("python", {"config": {"broadcast": {"self": True}}})
    channel.on_broadcast("said", lambda message: received.done() or received.set_result(message))
    joined = asyncio.Event()
    await channel.subscribe(lambda state, error: joined.set() if state == "SUBSCRIBED" else None)
    await asyncio.wait_for(joined.wait(), 10)
    await channel.send_broadcast("said", {"text": "å"})
    assert (await asyncio.wait_for(received, 10))["payload"] == {"text": "å"}
    await client.remove_all_channels()


def main():
    client = create_client(URL, KEY)
    for part in accounts, rows, files:
        part(client)
        print(part.__name__)
    asyncio.run(channels())
    print("channels")
    client.auth.sign_out()
    assert client.table("python_notes").select("*").execute().data == []


main()
