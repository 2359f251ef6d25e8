package io.stabbur.realtime

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.auth.providers.builtin.Email
import io.github.jan.supabase.postgrest.from
import io.github.jan.supabase.realtime.PostgresAction
import io.github.jan.supabase.realtime.Realtime
import io.github.jan.supabase.realtime.RealtimeChannel
import io.github.jan.supabase.realtime.broadcast
import io.github.jan.supabase.realtime.broadcastFlow
import io.github.jan.supabase.realtime.channel
import io.github.jan.supabase.realtime.postgresChangeFlow
import io.github.jan.supabase.realtime.presenceDataFlow
import io.github.jan.supabase.realtime.realtime
import io.github.jan.supabase.realtime.track
import io.stabbur.testing.TestServer
import io.stabbur.testing.supabaseKt
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.jsonPrimitive
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** Realtime through unmodified supabase-kt, which speaks version 2.0.0 of the protocol. */
class RealtimeWithSupabaseKtTest {
  @Serializable data class Note(val owner: String, val body: String)

  @Serializable data class Hello(val text: String)

  @Serializable data class Who(val name: String)

  private companion object {
    val server: TestServer by lazy {
      RealtimeServer.shared().also { RealtimeServer.execute(it, RealtimePeopleJsTest.NOTES.replace("rt_notes", "kt_notes")) }
    }
    const val PASSWORD = "correct horse battery"
  }

  @Test
  fun changesOfOwnRowsArriveAndThoseOfOthersDoNot() =
    runBlocking<Unit> {
      val ada = person()
      val bo = person()
      val adas = listening(ada)
      val bos = listening(bo)
      val id = ada.auth.currentUserOrNull()!!.id
      ada.from("kt_notes").insert(Note(id, "one"))
      val insert = adas.next() as PostgresAction.Insert
      assertThat(insert.record["body"]!!.jsonPrimitive.content).isEqualTo("one")
      ada.from("kt_notes").update({ set("body", "two") }) { filter { eq("body", "one") } }
      val update = adas.next() as PostgresAction.Update
      assertThat(update.record["body"]!!.jsonPrimitive.content).isEqualTo("two")
      assertThat(update.oldRecord.keys).containsExactly("id")
      ada.from("kt_notes").delete { filter { eq("body", "two") } }
      assertThat(adas.next()).isInstanceOf(PostgresAction.Delete::class.java)
      // a removed row is judged by nobody; nothing else of Ada's reaches Bo
      assertThat(bos.next()).isInstanceOf(PostgresAction.Delete::class.java)
      ada.close()
      bo.close()
    }

  @Test
  fun broadcastsGoBothWaysOnAPrivateChannel() =
    runBlocking<Unit> {
      val topic = "both-" + UUID.randomUUID()
      val ada = person()
      val bo = person()
      val adas = ada.channel(topic) { isPrivate = true }
      val bos = bo.channel(topic) { isPrivate = true }
      val toAda = collected(adas.broadcastFlow<Hello>("hello"))
      val toBo = collected(bos.broadcastFlow<Hello>("hello"))
      subscribed(adas)
      subscribed(bos)
      adas.broadcast("hello", Hello("hei på deg"))
      assertThat(toBo.next().text).isEqualTo("hei på deg")
      bos.broadcast("hello", Hello("hei selv"))
      assertThat(toAda.next().text).isEqualTo("hei selv")
      ada.close()
      bo.close()
    }

  @Test
  fun aPrivateChannelOfSomebodyElseIsRefused() =
    runBlocking<Unit> {
      val ada = person()
      val channel = ada.channel("user:" + UUID.randomUUID()) { isPrivate = true }
      channel.subscribe()
      val joined = withTimeoutOrNull(3.seconds) { channel.status.first { it == RealtimeChannel.Status.SUBSCRIBED } }
      assertThat(joined).isNull()
      ada.close()
    }

  @Test
  fun presenceOfThreePeople() =
    runBlocking<Unit> {
      val topic = "both-" + UUID.randomUUID()
      val people = listOf("Ada", "Bo", "Cy").map { it to person() }
      val states =
        people.map { (name, client) ->
          val channel =
            client.channel(topic) {
              isPrivate = true
              presence { key = name }
            }
          val state = collected(channel.presenceDataFlow<Who>())
          subscribed(channel)
          channel.track(Who(name))
          state
        }
      for (state in states) {
        withTimeout(15.seconds) {
          do {
            val names = state.receive().map { it.name }.sorted()
          } while (names != listOf("Ada", "Bo", "Cy"))
        }
      }
      people.forEach { it.second.close() }
    }

  @Test
  fun anOpenChannelGoesOnWithARenewedToken() =
    runBlocking<Unit> {
      val ada = person()
      val changes = listening(ada)
      val id = ada.auth.currentUserOrNull()!!.id
      kotlinx.coroutines.delay(1100)
      val before = ada.auth.currentAccessTokenOrNull()
      ada.auth.refreshCurrentSession()
      assertThat(ada.auth.currentAccessTokenOrNull()).isNotEqualTo(before)
      ada.from("kt_notes").insert(Note(id, "renewed"))
      assertThat((changes.next() as PostgresAction.Insert).record["body"]!!.jsonPrimitive.content).isEqualTo("renewed")
      ada.close()
    }

  private suspend fun person(): SupabaseClient {
    val email = "kt" + UUID.randomUUID() + "@example.org"
    val admin = supabaseKt(server, server.project().keys().secretKey().reveal())
    admin.auth.admin.createUserWithEmail {
      this.email = email
      password = PASSWORD
      autoConfirm = true
    }
    admin.close()
    val client = supabaseKt(server.url(), server.project().keys().publishableKey().reveal()) { install(Realtime) }
    client.auth.signInWith(Email) {
      this.email = email
      password = PASSWORD
    }
    return client
  }

  private suspend fun subscribed(channel: RealtimeChannel) = withTimeout(20.seconds) { channel.subscribe(blockUntilSubscribed = true) }

  private suspend fun CoroutineScope.listening(client: SupabaseClient): Channel<PostgresAction> {
    val channel = client.channel("notes-" + UUID.randomUUID())
    val changes = collected(channel.postgresChangeFlow<PostgresAction>(schema = "public") { table = "kt_notes" })
    subscribed(channel)
    return changes
  }

  private fun <T> CoroutineScope.collected(flow: Flow<T>): Channel<T> {
    val all = Channel<T>(Channel.UNLIMITED)
    val job = CoroutineScope(kotlinx.coroutines.Dispatchers.Default).launch { flow.collect { all.send(it) } }
    coroutineContext[kotlinx.coroutines.Job]?.invokeOnCompletion { job.cancel() }
    return all
  }

  private suspend fun <T> Channel<T>.next(): T = withTimeout(15.seconds) { receive() }
}
