package io.stabbur.testing

import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.postgrest.postgrest
import io.github.jan.supabase.storage.storage
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

class SupabaseKtTest {
  @Test
  fun aClientHasEveryPartAndNoSession() =
    runBlocking<Unit> {
      val client = supabaseKt("http://127.0.0.1:9", "key")

      assertThat(client.auth.currentSessionOrNull()).isNull()
      assertThat(client.postgrest.resolveUrl("notes")).isEqualTo("http://127.0.0.1:9/rest/v1/notes")
      assertThat(client.storage.resolveUrl("bucket")).isEqualTo("http://127.0.0.1:9/storage/v1/bucket")
      client.close()
    }
}
