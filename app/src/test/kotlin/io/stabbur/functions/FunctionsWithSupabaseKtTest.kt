package io.stabbur.functions

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.auth.providers.builtin.Email
import io.github.jan.supabase.exceptions.NotFoundRestException
import io.github.jan.supabase.exceptions.RestException
import io.github.jan.supabase.exceptions.UnauthorizedRestException
import io.github.jan.supabase.functions.Functions
import io.github.jan.supabase.functions.functions
import io.ktor.client.request.forms.MultiPartFormDataContent
import io.ktor.client.request.forms.formData
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.client.statement.readRawBytes
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.utils.io.readUTF8Line
import io.stabbur.testing.AtExit
import io.stabbur.testing.TestServer
import io.stabbur.testing.supabaseKt
import java.util.UUID
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** Functions through unmodified supabase-kt: bodies by type, streams, tokens, and errors as its exceptions. */
class FunctionsWithSupabaseKtTest {
  @Serializable data class Order(val item: String, val count: Int)

  private companion object {
    const val PASSWORD = "correct horse battery"

    const val ECHO =
      """
      Deno.serve(async (request) => {
        const bytes = new Uint8Array(await request.arrayBuffer());
        return Response.json({
          method: request.method, path: new URL(request.url).pathname, type: request.headers.get("content-type"),
          own: request.headers.get("x-own"), length: bytes.length, body: new TextDecoder().decode(bytes) });
      });
      """

    const val FORM =
      """
      Deno.serve(async (request) => {
        const form = await request.formData();
        return new Response(form.get("field") + " " + (await form.get("file").arrayBuffer()).byteLength);
      });
      """

    const val EVENTS =
      """
      Deno.serve(() => {
        let n = 0, timer;
        const body = new ReadableStream({
          start(c) { timer = setInterval(() => c.enqueue(
            new TextEncoder().encode("id: " + n + "\nevent: tick\ndata: {\"item\": \"n\", \"count\": " + n++ + "}\n\n")), 50); },
          cancel() { clearInterval(timer); },
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      });
      """

    const val WHO =
      """
      Deno.serve((request) =>
        new Response(atob(request.headers.get("authorization").split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))));
      """

    val server: TestServer by lazy {
      AtExit.close(
        FunctionFolder.create()
          .function("echo", ECHO)
          .function("form", FORM)
          .function("events", EVENTS)
          .function("who", WHO)
          .function("bytes", "Deno.serve(async (request) => new Response(await request.arrayBuffer()));")
          .function("teapot", "Deno.serve(() => new Response('short and stout', { status: 418 }));")
          .function("broken", "import './gone.ts';")
          .function("silent", "Deno.serve(() => new Promise(() => {}));")
          .file(
            "../config.toml",
            listOf("echo", "form", "events", "bytes", "teapot", "broken", "silent").joinToString("\n") {
              "[functions.$it]\nverify_jwt = false"
            },
          )
          .serve(mapOf("stabbur.functions.response-timeout" to "4s"))
      )
    }
  }

  private fun client(key: String = server.project().keys().publishableKey().reveal()): SupabaseClient =
    supabaseKt(server.url(), key) { install(Functions) }

  private suspend fun json(response: HttpResponse): JsonObject = Json.parseToJsonElement(response.bodyAsText()).jsonObject

  private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

  @Test
  fun jsonTextBytesAndFormsArriveAsTheyAre() =
    runBlocking<Unit> {
      val client = client()
      val sent =
        json(
          client.functions.invoke(
            "echo",
            Order("søm", 3),
            headers =
              Headers.build {
                append(HttpHeaders.ContentType, "application/json")
                append("x-own", "mine")
              },
          )
        )
      assertThat(Json.decodeFromString<Order>(sent.text("body"))).isEqualTo(Order("søm", 3))
      assertThat(sent.text("type")).startsWith("application/json")
      assertThat(sent.text("own")).isEqualTo("mine")
      assertThat(sent.text("method")).isEqualTo("POST")

      val below =
        json(
          client.functions.invoke("echo/a/b") {
            method = HttpMethod.Patch
            setBody("plain")
          }
        )
      assertThat(below.text("path")).isEqualTo("/echo/a/b")
      assertThat(below.text("method")).isEqualTo("PATCH")
      assertThat(below.text("body")).isEqualTo("plain")

      val bytes = Random.nextBytes(300_000)
      val back =
        client.functions.invoke("bytes") {
          contentType(ContentType.Application.OctetStream)
          setBody(bytes)
        }
      assertThat(back.readRawBytes()).isEqualTo(bytes)

      val form =
        client.functions.invoke("form") {
          setBody(
            MultiPartFormDataContent(
              formData {
                append("field", "value")
                append(
                  "file",
                  bytes,
                  Headers.build { append(HttpHeaders.ContentDisposition, "filename=\"file.bin\"") },
                )
              }
            )
          )
        }
      assertThat(form.bodyAsText()).isEqualTo("value 300000")
      client.close()
    }

  @Test
  fun eventsAndStreamsArriveWhileTheFunctionStillSends() =
    runBlocking<Unit> {
      val client = client()
      val events = withTimeout(20.seconds) { client.functions.invokeSSE("events").take(3).toList() }
      assertThat(events.map { it.event }).containsOnly("tick")
      assertThat(events.map { it.id }).containsExactly("0", "1", "2")
      assertThat(events.map { it.decodeAs<Order>().count }).containsExactly(0, 1, 2)

      val first =
        withTimeout(20.seconds) {
          client.functions.prepareInvoke("events").execute { it.bodyAsChannel().readUTF8Line() }
        }
      assertThat(first).isEqualTo("id: 0")
      client.close()
    }

  @Test
  fun aFunctionSeesTheTokenOfWhoIsSignedIn() =
    runBlocking<Unit> {
      val email = "ktf" + UUID.randomUUID() + "@example.org"
      val admin = supabaseKt(server, server.project().keys().secretKey().reveal())
      admin.auth.admin.createUserWithEmail {
        this.email = email
        password = PASSWORD
        autoConfirm = true
      }
      admin.close()
      val client = client()
      client.auth.signInWith(Email) {
        this.email = email
        password = PASSWORD
      }
      val claims = json(client.functions.buildEdgeFunction("who").invoke())
      assertThat(claims.text("email")).isEqualTo(email)
      assertThat(claims.text("role")).isEqualTo("authenticated")
      client.close()
    }

  @Test
  fun errorsAreTheLibrarysExceptionsWithTheGatewaysWords() =
    runBlocking<Unit> {
      val client = client()
      val teapot = refusal { client.functions.invoke("teapot") }
      assertThat(teapot.statusCode).isEqualTo(418)
      assertThat(teapot.error).contains("short and stout")

      assertThat(code(refusal { client.functions.invoke("nobody") }, 404)).isEqualTo("NOT_FOUND")
      assertThat(refusal { client.functions.invoke("nobody") }).isInstanceOf(NotFoundRestException::class.java)
      assertThat(code(refusal { client.functions.invoke("broken") }, 503)).isEqualTo("BOOT_ERROR")
      assertThat(code(refusal { client.functions.invoke("silent") }, 504)).isEqualTo("IDLE_TIMEOUT")

      val signedOut = refusal { client.functions.invoke("who") }
      assertThat(signedOut).isInstanceOf(UnauthorizedRestException::class.java)
      assertThat(code(signedOut, 401)).startsWith("UNAUTHORIZED_")
      client.close()
    }

  /** The code of the body that the gateway wrote, which is in the exception and in a header. */
  private fun code(refusal: RestException, status: Int): String {
    assertThat(refusal.statusCode).isEqualTo(status)
    val body = Json.parseToJsonElement(refusal.error).jsonObject
    assertThat(refusal.response.headers["sb-error-code"]).isEqualTo(body.text("code"))
    return body.text("code")
  }

  private suspend fun refusal(call: suspend () -> Unit): RestException {
    val error = runCatching { call() }.exceptionOrNull()
    return error as? RestException ?: throw AssertionError("no refusal but $error")
  }
}
