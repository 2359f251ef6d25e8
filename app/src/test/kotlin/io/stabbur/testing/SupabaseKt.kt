package io.stabbur.testing

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.SupabaseClientBuilder
import io.github.jan.supabase.auth.Auth
import io.github.jan.supabase.auth.MemoryCodeVerifierCache
import io.github.jan.supabase.auth.MemorySessionManager
import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.auth.providers.builtin.Email
import io.github.jan.supabase.createSupabaseClient
import io.github.jan.supabase.postgrest.Postgrest
import io.github.jan.supabase.storage.Storage

/** A client as an app makes it; sessions stay in memory, so that several people can be signed in at once. */
fun supabaseKt(
  url: String,
  key: String,
  more: SupabaseClientBuilder.() -> Unit = {},
): SupabaseClient =
  createSupabaseClient(url, key) {
    install(Auth) {
      sessionManager = MemorySessionManager()
      codeVerifierCache = MemoryCodeVerifierCache()
      alwaysAutoRefresh = false
      autoLoadFromStorage = false
      enableLifecycleCallbacks = false
    }
    install(Postgrest)
    install(Storage)
    more()
  }

/** A client of the server's first project. */
fun supabaseKt(
  server: TestServer,
  key: String = server.project().keys().publishableKey().reveal(),
): SupabaseClient = supabaseKt(server.url(), key)

/** A client with a signed-in user. */
suspend fun signedInKt(
  server: TestServer,
  email: String,
  password: String,
): SupabaseClient {
  val client = supabaseKt(server)
  client.auth.signInWith(Email) {
    this.email = email
    this.password = password
  }
  return client
}
