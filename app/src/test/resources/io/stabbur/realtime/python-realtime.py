"""Realtime for signed-in people through the unmodified Python package `realtime` 2.x: changes of rows that policies allow,
filters, broadcasts, presence, private channels, a token that is renewed, signing out.

Arguments: the address of the server; or that, `restart` and a folder, to join and live through a restart. The keys come from
SUPABASE_KEY and SERVICE_KEY.
"""

import asyncio
import logging
import os
import pathlib
import sys
import uuid

import httpx
from realtime import AsyncRealtimeClient, RealtimePostgresChangesListenEvent, RealtimeSubscribeStates

URL, KEY, SERVICE = sys.argv[1], os.environ["SUPABASE_KEY"], os.environ["SERVICE_KEY"]
PASSWORD = "correct horse battery"
LIMIT = 30
logging.getLogger("realtime").setLevel(logging.CRITICAL)
http = httpx.AsyncClient(base_url=URL, timeout=20)


async def ask(method, path, body=None, key=SERVICE, token=None, **headers):
    reply = await http.request(
        method, path, json=body, headers={"apikey": key, "Authorization": f"Bearer {token or key}", **headers})
    assert reply.status_code < 300, (method, path, reply.status_code, reply.text)
    return reply.json() if reply.content else None


async def until(what, holds):
    end = asyncio.get_running_loop().time() + LIMIT
    while True:
        held = holds()
        if asyncio.iscoroutine(held):
            held = await held
        if held:
            return
        assert asyncio.get_running_loop().time() < end, f"not in time: {what}"
        await asyncio.sleep(0.05)


class Person:
    """Somebody who is signed in, with a socket."""

    @classmethod
    async def sign_up(cls):
        person = cls()
        person.email = f"rt{uuid.uuid4()}@example.org"
        user = await ask("POST", "/auth/v1/admin/users", {"email": person.email, "password": PASSWORD, "email_confirm": True})
        person.id = user["id"]
        await person.sign_in()
        person.realtime = AsyncRealtimeClient(f"{URL}/realtime/v1", token=KEY, max_retries=10, initial_backoff=0.2)
        await person.realtime.connect()
        await person.realtime.set_auth(person.token)
        return person

    async def sign_in(self):
        session = await ask(
            "POST", "/auth/v1/token?grant_type=password", {"email": self.email, "password": PASSWORD}, key=KEY)
        self.token, self.refresh_token = session["access_token"], session["refresh_token"]

    async def insert(self, body):
        return (await ask("POST", "/rest/v1/rt_notes", {"owner": self.id, "body": body}, Prefer="return=representation"))[0]

    async def listening(self, topic, event="*", filter=None):
        """What changes of notes the person's channel gets."""
        channel, events, told = self.realtime.channel(topic), [], []
        channel.on_postgres_changes(
            RealtimePostgresChangesListenEvent(event), lambda change: events.append(change["data"]),
            schema="public", table="rt_notes", filter=filter)
        channel.on_system(lambda message: told.append(message.message))
        states = await joined(channel)
        await until(f"the changes of {topic}", lambda: "Subscribed to PostgreSQL" in told)
        return channel, events, states

    async def leave(self):
        await self.realtime.remove_all_channels()
        await self.realtime.connect()


async def joined(channel):
    states = await subscribed(channel)
    assert states[0][0] == RealtimeSubscribeStates.SUBSCRIBED, states
    return states


async def subscribed(channel):
    states = []
    await channel.subscribe(lambda state, error: states.append((state, str(error))))
    await until("an answer to the join", lambda: states)
    return states


def private(**config):
    return {"config": {"private": True, "broadcast": {"ack": True, "self": False}, "presence": {"key": "", "enabled": False}, **config}}


async def changes(ada, bo):
    _, adas, _ = await ada.listening("adas")
    _, bos, _ = await bo.listening("bos")
    row = await ada.insert("one")
    await until("the insert", lambda: len(adas) == 1)
    await ask("PATCH", f"/rest/v1/rt_notes?id=eq.{row['id']}", {"body": "two"})
    await until("the update", lambda: len(adas) == 2)
    await ask("DELETE", f"/rest/v1/rt_notes?id=eq.{row['id']}")
    await until("the removal", lambda: len(adas) == 3)
    insert, update, removal = adas
    assert [each["type"] for each in adas] == ["INSERT", "UPDATE", "DELETE"], adas
    assert insert["record"] == {"id": row["id"], "owner": ada.id, "body": "one"} and insert["errors"] is None
    assert update["record"]["body"] == "two" and update["old_record"] == {"id": row["id"]}
    assert removal["old_record"] == {"id": row["id"]}
    # a removed row is judged by nobody: its key alone arrives
    await until("the removal", lambda: bos)
    assert [each["type"] for each in bos] == ["DELETE"], bos


async def filters(ada, bo):
    _, wanted, _ = await ada.listening("wanted", "INSERT", "body=eq.wanted")
    _, several, _ = await ada.listening("several", "INSERT", "body=in.(wanted,third)")
    for body in "first", "wanted", "third":
        await ada.insert(body)
    await until("two of three", lambda: len(several) == 2)
    await until("one of three", lambda: wanted)
    assert [each["record"]["body"] for each in several] == ["wanted", "third"]
    assert [each["record"]["body"] for each in wanted] == ["wanted"]


async def broadcasts(ada, bo):
    topic, heard = f"both-{uuid.uuid4()}", {"ada": [], "bo": []}
    channels = {}
    for name, person in ("ada", ada), ("bo", bo):
        channel = person.realtime.channel(topic, private())
        channel.on_broadcast("said", lambda message, name=name: heard[name].append(message["payload"]["n"]))
        await joined(channel)
        channels[name] = channel
    for n in range(20):
        await channels["ada"].send_broadcast("said", {"n": n})
        await channels["bo"].send_broadcast("said", {"n": 100 + n})
    await until("all of them", lambda: len(heard["ada"]) + len(heard["bo"]) == 40)
    assert heard == {"ada": [100 + n for n in range(20)], "bo": list(range(20))}, heard
    await ada.realtime.channel(topic, private()).http_send("said", {"n": 500})
    await until("the one by REST", lambda: heard["bo"][-1] == 500)


async def refusals(ada, bo):
    refused = await subscribed(ada.realtime.channel(f"user:{bo.id}", private()))
    assert refused[0][0] == RealtimeSubscribeStates.CHANNEL_ERROR and "Unauthorized" in refused[0][1], refused
    stranger = AsyncRealtimeClient(f"{URL}/realtime/v1", token=KEY)
    refused = await subscribed(stranger.channel(f"both-{uuid.uuid4()}", private()))
    assert refused[0][0] == RealtimeSubscribeStates.CHANNEL_ERROR and "Unauthorized" in refused[0][1], refused
    await stranger.remove_all_channels()


async def presence(ada, bo):
    topic, cy = f"both-{uuid.uuid4()}", await Person.sign_up()
    channels = []
    for name, person in ("Ada", ada), ("Bo", bo), ("Cy", cy):
        channel = person.realtime.channel(topic, private(presence={"key": name, "enabled": True}))
        channel.on_presence_sync(lambda: None)
        await joined(channel)
        await channel.track({"name": name})
        channels.append(channel)
    for channel in channels:
        await until("all three", lambda: sorted(channel.presence_state()) == ["Ada", "Bo", "Cy"])
    await cy.realtime.remove_all_channels()
    await until("two are left", lambda: sorted(channels[0].presence_state()) == ["Ada", "Bo"])


async def renewed(ada, bo):
    heard = []
    channel = ada.realtime.channel(f"user:{ada.id}", private(broadcast={"ack": False, "self": True}))
    channel.on_broadcast("after", heard.append)
    states = await joined(channel)
    _, events, _ = await ada.listening("renewed", "INSERT")
    await asyncio.sleep(1.1)
    session = await ask("POST", "/auth/v1/token?grant_type=refresh_token", {"refresh_token": ada.refresh_token}, key=KEY)
    assert session["access_token"] != ada.token
    await ada.realtime.set_auth(session["access_token"])
    await asyncio.sleep(0.3)
    await channel.send_broadcast("after", {"n": 1})
    await until("the broadcast after", lambda: heard)
    await ada.insert("renewed")
    await until("the change after", lambda: events)
    assert len(states) == 1, states
    # the token of somebody who may not read the topic ends the open channel
    await ada.realtime.set_auth(bo.token)
    await until("the channel ends", lambda: len(states) > 1)
    await ada.realtime.set_auth(session["access_token"])


async def signed_out(ada, bo):
    cy = await Person.sign_up()
    _, events, _ = await cy.listening("signed-out", "INSERT")
    await cy.insert("signed in")
    await until("the change before", lambda: events)
    await ask("POST", "/auth/v1/logout", key=KEY, token=cy.token)

    async def is_silent():
        known = len(events)
        await cy.insert("signed out")
        await asyncio.sleep(0.3)
        return len(events) == known

    await until("no change after", is_silent)
    await cy.realtime.remove_all_channels()


async def restart(folder):
    ada = await Person.sign_up()
    _, events, _ = await ada.listening("restart", "INSERT")
    room, heard = ada.realtime.channel("restart-room", {"config": {"private": False, "broadcast": {"ack": False, "self": True}, "presence": {"key": "", "enabled": False}}}), []
    room.on_broadcast("hi", heard.append)
    states = await joined(room)
    await ada.insert("before")
    await until("the change before", lambda: events)
    (folder / "joined").touch()
    await until("the server is restarted", (folder / "restarted").exists)
    await until("the room is joined again", lambda: len([s for s, _ in states if s == RealtimeSubscribeStates.SUBSCRIBED]) >= 2)

    async def hears():
        await room.send_broadcast("hi", {"n": 2})
        return heard

    async def sees():
        await ada.insert("after")
        return any(each["record"]["body"] == "after" for each in events)

    await until("a broadcast arrives", hears)
    await until("changes arrive again", sees)
    print("restart ok")


async def main():
    if len(sys.argv) > 2:
        return await restart(pathlib.Path(sys.argv[3]))
    ada, bo = await Person.sign_up(), await Person.sign_up()
    for part in changes, filters, broadcasts, refusals, presence, renewed, signed_out:
        await part(ada, bo)
        await ada.leave()
        await bo.leave()
        print(part.__name__)
    print("python ok")


asyncio.run(main())
os._exit(0)
