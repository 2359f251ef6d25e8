package io.stabbur

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.exceptions.RestException
import io.github.jan.supabase.postgrest.from
import io.github.jan.supabase.postgrest.query.Columns
import io.github.jan.supabase.storage.storage
import io.ktor.http.ContentType
import io.stabbur.platform.json.Json as StabburJson
import io.stabbur.testing.Http
import io.stabbur.testing.TestServer
import io.stabbur.testing.signedInKt
import io.stabbur.testing.supabaseKt
import java.util.Base64
import java.util.UUID
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** A peer mentor's day through unmodified supabase-kt; the same as `day.mjs`. */
class DayWithSupabaseKtTest {
  @Serializable data class Activity(val id: String, @SerialName("user_id") val userId: String, val title: String)

  @Serializable data class Title(val title: String)

  @Serializable
  data class Claim(
    val id: String,
    val amount: Double,
    val status: String,
    @SerialName("receipt_path") val receiptPath: String,
    @SerialName("decided_by") val decidedBy: String?,
    val activities: Title?,
  )

  private val server = TestServer.shared()
  private val mark = UUID.randomUUID().toString().take(8)
  private val password = "correct horse battery staple $mark"
  private val receipt = ByteArray(2000) { it.toByte() }.also { byteArrayOf(-1, -40, -1, -32).copyInto(it) }
  private val claimColumns = Columns.raw("id, amount, status, receipt_path, decided_by, activities(title)")

  @Test
  fun aMentorsDayThroughSupabaseKt() =
    runBlocking<Unit> {
      val own = organization("own")
      val other = organization("other")
      member(own, "coordinator", "coordinator")
      member(own, "mentor", "peer_mentor")
      member(own, "colleague", "peer_mentor")
      member(other, "stranger", "coordinator")
      val coordinator = signedInKt(server, email("coordinator"), password)
      val mentor = signedInKt(server, email("mentor"), password)
      val me = text(claims(mentor), "sub")
      assertThat(text(claims(mentor), "user_role")).isEqualTo("peer_mentor")
      assertThat(text(claims(mentor), "organization_id")).isEqualTo(own)

      val path = "$own/$me/receipt.jpg"
      val claim = fileClaim(mentor, me, path)
      approve(coordinator, claim, path)

      for (name in listOf("colleague", "stranger")) {
        seesNothing(signedInKt(server, email(name), password), path)
      }
      anonSeesNothing(path)
      changeOfRoleCountsFromTheNextToken(mentor, me)
    }

  private suspend fun fileClaim(mentor: SupabaseClient, me: String, path: String): String {
    val activity =
      mentor
        .from("activities")
        .insert(
          buildJsonObject {
            put("title", "A walk")
            put("duration_minutes", 90)
          }
        ) {
          select()
        }
        .decodeSingle<Activity>()
    assertThat(activity.userId).isEqualTo(me)
    mentor.storage.from("receipts").upload(path, receipt) { contentType = ContentType.Image.JPEG }
    val claim =
      mentor
        .from("expense_claims")
        .insert(
          buildJsonObject {
            put("kind", "receipt")
            put("amount", 345.5)
            put("activity_id", activity.id)
            put("receipt_path", path)
            put("status", "submitted")
          }
        ) {
          select(claimColumns)
        }
        .decodeSingle<Claim>()
    return claim.id
  }

  private suspend fun approve(coordinator: SupabaseClient, id: String, path: String) {
    val seen =
      coordinator
        .from("expense_claims")
        .select(claimColumns) { filter { eq("status", "submitted") } }
        .decodeSingle<Claim>()
    assertThat(seen).isEqualTo(Claim(id, 345.5, "submitted", path, null, Title("A walk")))
    val approved =
      coordinator
        .from("expense_claims")
        .update({ set("status", "approved") }) {
          filter { eq("id", id) }
          select(claimColumns)
        }
        .decodeSingle<Claim>()
    assertThat(approved.status).isEqualTo("approved")
    assertThat(approved.decidedBy).isEqualTo(text(claims(coordinator), "sub"))
    assertThat(coordinator.storage.from("receipts").downloadAuthenticated(path)).isEqualTo(receipt)
  }

  private suspend fun seesNothing(outsider: SupabaseClient, path: String) {
    for (table in listOf("activities", "expense_claims")) {
      assertThat(outsider.from(table).select().decodeList<JsonObject>()).isEmpty()
    }
    assertThat(refused { outsider.storage.from("receipts").downloadAuthenticated(path) }).contains("403")
  }

  private suspend fun anonSeesNothing(path: String) {
    val anon = supabaseKt(server)
    for (table in listOf("activities", "expense_claims", "organizations", "memberships", "profiles")) {
      assertThat(refused { anon.from(table).select() }).contains("42501")
    }
    refused { anon.storage.from("receipts").downloadAuthenticated(path) }
  }

  private suspend fun changeOfRoleCountsFromTheNextToken(mentor: SupabaseClient, me: String) {
    supabaseKt(server, server.project().keys().serviceRoleKey().reveal())
      .from("memberships")
      .update({ set("role", "coordinator") }) { filter { eq("user_id", me) } }
    assertThat(text(claims(mentor), "user_role")).isEqualTo("peer_mentor")
    mentor.auth.refreshCurrentSession()
    assertThat(text(claims(mentor), "user_role")).isEqualTo("coordinator")
  }

  /** What a refusal says, with its status; the call must not succeed. */
  private suspend fun refused(call: suspend () -> Unit): String {
    try {
      call()
    } catch (e: RestException) {
      return "$e ${e.statusCode}"
    }
    throw AssertionError("allowed")
  }

  private fun claims(client: SupabaseClient): JsonObject {
    val token = client.auth.currentAccessTokenOrNull()!!
    val payload = String(Base64.getUrlDecoder().decode(token.split(".")[1]))
    return kotlinx.serialization.json.Json.decodeFromString<JsonObject>(payload)
  }

  private fun text(claims: JsonObject, name: String) = (claims[name] as JsonPrimitive).content

  private fun email(name: String) = "$name-$mark@example.org"

  private fun organization(name: String) =
    manage(
      "",
      """{"name": "$name", "slug": "$name-$mark", "admin_email": "${email("$name-admin")}", "password": "$password"}""",
    )

  private fun member(organization: String, name: String, role: String) =
    manage("/$organization/members", """{"email": "${email(name)}", "role": "$role", "password": "$password"}""")

  /** The id of what was made. */
  private fun manage(path: String, body: String): String {
    val key = server.project().keys().serviceRoleKey().reveal()
    val answer =
      Http.post(
        server.url() + "/admin/v1/organizations" + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer $key",
        "Content-Type",
        "application/json",
      )
    assertThat(answer.statusCode()).`as`(answer.body()).isEqualTo(201)
    return StabburJson.parse(answer.body()).get("id")?.stringValue ?: ""
  }
}
