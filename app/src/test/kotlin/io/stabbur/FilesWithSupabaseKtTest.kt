package io.stabbur

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.auth.Auth
import io.github.jan.supabase.auth.MemoryCodeVerifierCache
import io.github.jan.supabase.auth.MemorySessionManager
import io.github.jan.supabase.createSupabaseClient
import io.github.jan.supabase.exceptions.RestException
import io.github.jan.supabase.storage.Storage
import io.github.jan.supabase.storage.resumable.MemoryResumableCache
import io.github.jan.supabase.storage.storage
import io.ktor.client.request.header
import io.ktor.http.ContentType
import io.stabbur.platform.db.Access
import io.stabbur.platform.db.Actor
import io.stabbur.platform.sql.Statement
import io.stabbur.testing.Http
import io.stabbur.testing.TestServer
import java.util.UUID
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** Files through unmodified supabase-kt: upload, resume after a cut, list, range, copy, delete. */
class FilesWithSupabaseKtTest {
  private val server = TestServer.shared()
  private val key = server.project().keys().serviceRoleKey().reveal()
  private val bucket = "kt-" + UUID.randomUUID()

  private fun client(): SupabaseClient =
    createSupabaseClient(server.url(), key) {
      install(Auth) {
        sessionManager = MemorySessionManager()
        codeVerifierCache = MemoryCodeVerifierCache()
        alwaysAutoRefresh = false
        autoLoadFromStorage = false
        enableLifecycleCallbacks = false
      }
      install(Storage) { resumable { cache = MemoryResumableCache() } }
    }

  @Test
  fun filesAreStoredReadListedCopiedAndRemoved() =
    runBlocking<Unit> {
      val supabase = client()
      supabase.storage.createBucket(bucket)
      val files = supabase.storage.from(bucket)
      val bytes = Random.nextBytes(100_000)

      files.upload("folder/file.pdf", bytes) { contentType = ContentType.Application.Pdf }
      assertThat(files.downloadAuthenticated("folder/file.pdf")).isEqualTo(bytes)
      assertThat(refused { files.upload("folder/file.pdf", bytes) }).contains("already exists")
      files.update("folder/file.pdf", bytes.copyOf(50_000)) { upsert = true }
      assertThat(files.list("folder").map { it.name }).containsExactly("file.pdf")
      assertThat(files.info("folder/file.pdf").size).isEqualTo(50_000)
      assertThat(files.exists("folder/absent.pdf")).isFalse()

      val part =
        files.downloadAuthenticated("folder/file.pdf") {
          httpOverride { header("Range", "bytes=10-19") }
        }
      assertThat(part).isEqualTo(bytes.copyOfRange(10, 20))
      val signed = files.createSignedUrl("folder/file.pdf", 1.minutes)
      assertThat(Http.get(signed).statusCode()).isEqualTo(200)

      files.copy("folder/file.pdf", "copy.pdf")
      files.move("copy.pdf", "moved.pdf")
      assertThat(files.downloadAuthenticated("moved.pdf")).isEqualTo(bytes.copyOf(50_000))
      files.delete("moved.pdf")
      assertThat(files.exists("moved.pdf")).isFalse()
    }

  @Test
  fun aResumableUploadGoesOnAfterACut() =
    runBlocking<Unit> {
      val supabase = client()
      supabase.storage.createBucket(bucket)
      val files = supabase.storage.from(bucket)
      val bytes = Random.nextBytes(15_000_000)

      // the first client sends a chunk and is gone
      val cut = files.resumable.createOrContinueUpload(bytes, "source", "resumed.pdf")
      val begun = kotlin.concurrent.thread { runBlocking { cut.startOrResumeUploading() } }
      withTimeout(60_000) { cut.stateFlow.first { it.progress > 0f } }
      cut.pause()
      begun.join()
      assertThat(cut.stateFlow.value.isDone).isFalse()

      // the same source again goes on with the same upload: what had arrived is not sent anew
      val arrived = withTimeout(20_000) { settled() }
      assertThat(arrived).hasSize(1)
      assertThat(arrived.first()).isBetween(1, bytes.size - 1L)
      val rest = files.resumable.createOrContinueUpload(bytes, "source", "resumed.pdf")
      assertThat(arrived()).isEqualTo(arrived)
      rest.startOrResumeUploading()
      withTimeout(60_000) { rest.stateFlow.first { it.isDone } }

      assertThat(files.downloadAuthenticated("resumed.pdf")).isEqualTo(bytes)
    }

  /** The same, once the server has noticed the cut and kept what came before it. */
  private suspend fun settled(): List<Long> {
    var before = arrived()
    while (true) {
      delay(500)
      val now = arrived()
      if (now == before && now.sum() > 0) return now
      before = now
    }
  }

  /** How much of each upload under way has arrived. */
  private fun arrived(): List<Long> =
    server
      .project()
      .admin()
      .exchange(
        Actor.of("supabase_storage_admin"),
        Access.READ,
        Statement.of("select stored from stabbur_storage.resumable_uploads where bucket_id = ?", bucket),
      ) { rows ->
        buildList { while (rows.next()) add(rows.getLong(1)) }
      }

  private suspend fun refused(call: suspend () -> Unit): String =
    try {
      call()
      "allowed"
    } catch (e: RestException) {
      e.message.orEmpty()
    }
}
