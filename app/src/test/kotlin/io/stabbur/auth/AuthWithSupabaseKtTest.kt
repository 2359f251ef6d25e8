package io.stabbur.auth

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.auth.Auth
import io.github.jan.supabase.auth.FlowType
import io.github.jan.supabase.auth.MemoryCodeVerifierCache
import io.github.jan.supabase.auth.MemorySessionManager
import io.github.jan.supabase.auth.OtpType
import io.github.jan.supabase.auth.SignOutScope
import io.github.jan.supabase.auth.admin.LinkType
import io.github.jan.supabase.auth.admin.generateLinkFor
import io.github.jan.supabase.auth.auth
import io.github.jan.supabase.auth.exception.AuthWeakPasswordException
import io.github.jan.supabase.auth.mfa.AuthenticatorAssuranceLevel
import io.github.jan.supabase.auth.mfa.FactorType
import io.github.jan.supabase.auth.providers.Google
import io.github.jan.supabase.auth.providers.Keycloak
import io.github.jan.supabase.auth.providers.builtin.Email
import io.github.jan.supabase.auth.providers.builtin.IDToken
import io.github.jan.supabase.auth.providers.builtin.OTP
import io.github.jan.supabase.auth.providers.builtin.Phone
import io.github.jan.supabase.createSupabaseClient
import io.github.jan.supabase.exceptions.RestException
import io.stabbur.auth.factor.Authenticator
import io.stabbur.testing.TestServer
import java.net.InetAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.UUID
import kotlin.random.Random
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import no.nav.security.mock.oauth2.MockOAuth2Server
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test

/**
 * Unmodified supabase-kt through the flows of the contract, with a real SMTP server, a service that takes text
 * messages, and an OpenID Connect provider that runs as a server of its own.
 */
class AuthWithSupabaseKtTest {
  @Test
  fun signUpIsConfirmedByTheCodeOrTheLinkOfTheMail() = runBlocking<Unit> {
    val (first, second) = newEmail() to newEmail()
    val client = client()
    val pending = client.auth.signUpWith(Email) { email = first; password = secret; data = buildJsonObject { put("navn", "Kari") } }
    assertThat(pending?.email).isEqualTo(first)
    assertThat(client.auth.currentSessionOrNull()).isNull()
    assertThat(refusal { client.auth.signInWith(Email) { email = first; password = secret } }).isEqualTo("email_not_confirmed")
    client.auth.verifyEmailOtp(OtpType.Email.SIGNUP, first, mailbox.last(first).code())
    assertThat(client.auth.currentUserOrNull()?.userMetadata?.get("navn")?.jsonPrimitive?.content).isEqualTo("Kari")
    client().auth.signUpWith(Email) { email = second; password = secret }
    mailbox.last(second)
    client().auth.resendEmail(OtpType.Email.SIGNUP, second)
    val landed = browse(mailbox.last(second).link())
    assertThat(landed.rawFragment).contains("access_token=", "type=signup")
    client.auth.signInWith(Email) { email = second; password = secret }
    assertThat(client.auth.currentUserOrNull()?.email).isEqualTo(second)
  }

  @Test
  fun weakPasswordsAndRefusalsHaveTheirCodes() = runBlocking<Unit> {
    val weak = runCatching { client().auth.signUpWith(Email) { email = newEmail(); password = "kort" } }.exceptionOrNull()
    assertThat(weak).isInstanceOf(AuthWeakPasswordException::class.java)
    assertThat((weak as AuthWeakPasswordException).reasons).containsExactly("length")
    assertThat(refusal { client().auth.signInWith(Email) { email = newEmail(); password = secret } }).isEqualTo("invalid_credentials")
    assertThat(refusal { client().auth.refreshSession("aaaaaaaaaaaa") }).isEqualTo("refresh_token_not_found")
    assertThat(refusal { client().auth.admin.retrieveUsers() }).isIn("not_admin", "no_authorization")
  }

  @Test
  fun sessionsAreRefreshedAndEnded() = runBlocking<Unit> {
    val email = person()
    val (first, second) = signedIn(email) to signedIn(email)
    val old = session(first)
    first.auth.refreshCurrentSession()
    assertThat(session(first).refreshToken).isNotEqualTo(old.refreshToken)
    assertThat(first.auth.retrieveUserForCurrentSession().email).isEqualTo(email)
    assertThat(first.auth.getClaims(session(first).accessToken).claims.email).isEqualTo(email)
    first.auth.signOut(SignOutScope.OTHERS)
    assertThat(refusal { second.auth.refreshCurrentSession() }).isEqualTo("refresh_token_not_found")
    val token = session(first).refreshToken
    first.auth.signOut(SignOutScope.GLOBAL)
    assertThat(refusal { client().auth.refreshSession(token) }).isEqualTo("refresh_token_not_found")
  }

  @Test
  fun oneTimePasswordsByCodeAndLinkImplicitAndWithPkce() = runBlocking<Unit> {
    val address = newEmail()
    val client = client(FlowType.IMPLICIT)
    client.auth.signInWith(OTP) { email = address }
    client.auth.verifyEmailOtp(OtpType.Email.EMAIL, address, mailbox.last(address).code())
    assertThat(client.auth.currentUserOrNull()?.email).isEqualTo(address)
    client.auth.signInWith(OTP) { email = address }
    val landed = browse(mailbox.last(address).link())
    client.auth.importAuthToken(part(landed.rawFragment, "access_token"), part(landed.rawFragment, "refresh_token"), true)
    assertThat(client.auth.currentUserOrNull()?.email).isEqualTo(address)
    val pkce = client(FlowType.PKCE)
    pkce.auth.signInWith(OTP, app) { email = address }
    pkce.auth.exchangeCodeForSession(part(browse(mailbox.last(address).link()).rawQuery, "code"))
    assertThat(pkce.auth.currentUserOrNull()?.email).isEqualTo(address)
    assertThat(refusal { client().auth.signInWith(OTP) { email = newEmail(); createUser = false } }).isEqualTo("otp_disabled")
  }

  @Test
  fun recoveryLeadsToANewPassword() = runBlocking<Unit> {
    val email = person()
    val client = client()
    client.auth.resetPasswordForEmail(email, app)
    client.auth.verifyEmailOtp(OtpType.Email.RECOVERY, email, mailbox.last(email).code())
    client.auth.updateUser { password = "glemt og funnet" }
    assertThat(refusal { client.auth.updateUser { password = "glemt og funnet" } }).isEqualTo("same_password")
    assertThat(refusal { signedIn(email) }).isEqualTo("invalid_credentials")
    assertThat(session(signedIn(email, "glemt og funnet")).user?.email).isEqualTo(email)
  }

  @Test
  fun anAddressChangesWhenBothAgreeAndANonceProvesWhoSitsThere() = runBlocking<Unit> {
    val (old, fresh) = person() to newEmail()
    val client = signedIn(old)
    client.auth.updateUser(redirectUrl = app) { email = fresh }
    client.auth.verifyEmailOtp(OtpType.Email.EMAIL_CHANGE, old, mailbox.last(old).code())
    client.auth.verifyEmailOtp(OtpType.Email.EMAIL_CHANGE, fresh, mailbox.last(fresh).code())
    assertThat(session(client).user?.email).isEqualTo(fresh)
    // the first proof of a mailbox ends the password that the administrator had given
    assertThat(refusal { signedIn(fresh) }).isEqualTo("invalid_credentials")
    client.auth.reauthenticate()
    val code = mailbox.last(fresh).code()
    client.auth.updateUser { password = "enda et nytt"; nonce = code }
    assertThat(session(signedIn(fresh, "enda et nytt")).user?.email).isEqualTo(fresh)
  }

  @Test
  fun invitationsAndGeneratedLinksLetPeopleIn() = runBlocking<Unit> {
    val address = newEmail()
    admin().auth.admin.inviteUserByEmail(address, app, buildJsonObject { put("enhet", "a") })
    val client = client()
    client.auth.verifyEmailOtp(OtpType.Email.INVITE, address, mailbox.last(address).code())
    client.auth.updateUser { password = secret }
    val (link, _) = admin().auth.admin.generateLinkFor(LinkType.MagicLink) { email = address }
    assertThat(browse(link).rawFragment).contains("access_token=")
    val (recovery, _) = admin().auth.admin.generateLinkFor(LinkType.RecoveryLink) { email = address }
    assertThat(browse(recovery).rawFragment).contains("type=recovery")
  }

  @Test
  fun whoBeginsAnonymouslyBecomesPermanent() = runBlocking<Unit> {
    val client = client()
    client.auth.signInAnonymously()
    val before = client.auth.currentUserOrNull()
    assertThat(before?.isAnonymous).isTrue()
    val address = newEmail()
    client.auth.updateUser { email = address }
    client.auth.verifyEmailOtp(OtpType.Email.EMAIL_CHANGE, address, mailbox.last(address).code())
    val after = client.auth.retrieveUserForCurrentSession()
    assertThat(after.id).isEqualTo(before?.id)
    assertThat(after.isAnonymous).isFalse()
  }

  @Test
  fun aProviderSignsInImplicitAndWithPkceAndCanBeLinked() = runBlocking<Unit> {
    expect(newEmail())
    val implicit = client(FlowType.IMPLICIT)
    val landed = browse(implicit.auth.getOAuthUrl(Keycloak, app))
    implicit.auth.importAuthToken(part(landed.rawFragment, "access_token"), part(landed.rawFragment, "refresh_token"), true)
    assertThat(implicit.auth.currentIdentitiesOrNull()?.map { it.provider }).containsExactly("keycloak")
    expect(newEmail())
    val pkce = signedIn(person(), flow = FlowType.PKCE)
    val start = pkce.auth.linkIdentity(Keycloak, app) { automaticallyOpenUrl = false }
    pkce.auth.exchangeCodeForSession(part(browse(requireNotNull(start)).rawQuery, "code"))
    val linked = pkce.auth.retrieveUserForCurrentSession(true).identities.orEmpty().first { it.provider == "keycloak" }
    pkce.auth.unlinkIdentity(requireNotNull(linked.identityId))
    assertThat(pkce.auth.retrieveUserForCurrentSession().identities?.map { it.provider }).containsExactly("email")
  }

  @Test
  fun anIdTokenSignsIn() = runBlocking<Unit> {
    val address = newEmail()
    val token =
      provider
        .issueToken("google", UUID.randomUUID().toString(), "ios-app", mapOf("email" to address, "email_verified" to true))
        .serialize()
    val client = client()
    client.auth.signInWith(IDToken) { provider = Google; idToken = token }
    assertThat(client.auth.currentUserOrNull()?.email).isEqualTo(address)
    assertThat(refusal { client().auth.signInWith(IDToken) { provider = Google; idToken = "no.id.token" } }).isNotEmpty()
  }

  @Test
  fun anAuthenticatorAppAndAPhoneAreSecondFactors() = runBlocking<Unit> {
    val email = person()
    val client = signedIn(email)
    val app = client.auth.mfa.enroll(FactorType.TOTP, "app")
    client.auth.mfa.createChallengeAndVerify(app.id, Authenticator.code(app.data.secret), saveSession = true)
    assertThat(client.auth.mfa.getAuthenticatorAssuranceLevel().current).isEqualTo(AuthenticatorAssuranceLevel.AAL2)
    val number = newPhone()
    val phone = client.auth.mfa.enroll(FactorType.Phone, "phone") { this.phone = "+$number" }
    val challenge = client.auth.mfa.createChallenge(phone.id, Phone.Channel.SMS)
    client.auth.mfa.verifyChallenge(phone.id, challenge.id, messenger.lastCode(number), true)
    assertThat(client.auth.mfa.retrieveFactorsForCurrentUser()).hasSize(2)
    val weak = signedIn(email)
    assertThat(refusal { weak.auth.updateUser { password = "noe annet" } }).isEqualTo("insufficient_aal")
    client.auth.mfa.unenroll(phone.id)
    assertThat(client.auth.mfa.retrieveFactorsForCurrentUser()).hasSize(1)
  }

  @Test
  fun aPhoneNumberIsAnAccountToo() = runBlocking<Unit> {
    val (first, second) = newPhone() to newPhone()
    val client = client()
    client.auth.signUpWith(Phone) { phone = "+$first"; password = secret }
    client.auth.verifyPhoneOtp(OtpType.Phone.SMS, "+$first", messenger.lastCode(first))
    assertThat(client.auth.currentUserOrNull()?.phone).isEqualTo(first)
    client().auth.signInWith(Phone) { phone = "+$first"; password = secret }
    client.auth.signInWith(OTP) { phone = "+$first" }
    client.auth.verifyPhoneOtp(OtpType.Phone.SMS, "+$first", messenger.lastCode(first))
    client.auth.updateUser { phone = "+$second" }
    client.auth.verifyPhoneOtp(OtpType.Phone.PHONE_CHANGE, "+$second", messenger.lastCode(second))
    assertThat(client.auth.retrieveUserForCurrentSession().phone).isEqualTo(second)
  }

  @Test
  fun administratorsKeepAccounts() = runBlocking<Unit> {
    val keeper = admin().auth.admin
    val address = newEmail()
    val made = keeper.createUserWithEmail { email = address; password = secret; autoConfirm = true }
    assertThat(refusal { keeper.createUserWithEmail { email = address; password = secret } }).isEqualTo("email_exists")
    assertThat(keeper.retrieveUsers(1, 2)).hasSize(2)
    keeper.updateUserById(made.id) { password = "et annet passord" }
    val person = signedIn(address, "et annet passord")
    keeper.signOut(session(person).accessToken, SignOutScope.GLOBAL)
    assertThat(refusal { person.auth.refreshCurrentSession() }).isEqualTo("refresh_token_not_found")
    assertThat(keeper.retrieveUserById(made.id).email).isEqualTo(address)
    keeper.deleteUser(made.id)
    assertThat(refusal { keeper.retrieveUserById(made.id) }).isEqualTo("user_not_found")
  }

  companion object {
    private const val app = "http://app.example.org/velkommen"
    private const val secret = "korrekt hest"
    private val mailbox = Mailbox()
    private val messenger = Messenger(mailbox)
    private val provider = MockOAuth2Server()
    private lateinit var server: TestServer

    @JvmStatic
    @BeforeAll
    fun start() {
      provider.start(InetAddress.getLoopbackAddress(), 0)
      val settings = HashMap<String, Any>(mailbox.settings())
      settings.putAll(messenger.settings())
      settings["stabbur.auth.redirect-urls"] = "http://app.example.org/**"
      settings["stabbur.auth.anonymous"] = true
      settings["stabbur.auth.manual-linking"] = true
      settings["stabbur.auth.providers.keycloak.url"] = provider.issuerUrl("main").toString()
      settings["stabbur.auth.providers.keycloak.client-id"] = "my-app"
      settings["stabbur.auth.providers.google.url"] = provider.issuerUrl("google").toString()
      settings["stabbur.auth.providers.google.client-id"] = "ios-app,web-app"
      listOf("anonymous", "factor", "sso").forEach { settings["stabbur.auth.limits.$it"] = 0 }
      server = TestServer.start(settings)
    }

    @JvmStatic
    @AfterAll
    fun stop() {
      server.close()
      provider.shutdown()
      messenger.close()
      mailbox.close()
    }

    private fun client(flow: FlowType = FlowType.IMPLICIT, key: String = server.project().keys().publishableKey().reveal()): SupabaseClient =
      createSupabaseClient(server.url(), key) {
        install(Auth) {
          flowType = flow
          sessionManager = MemorySessionManager()
          codeVerifierCache = MemoryCodeVerifierCache()
          alwaysAutoRefresh = false
          autoLoadFromStorage = false
          enableLifecycleCallbacks = false
        }
      }

    private suspend fun admin(): SupabaseClient {
      val key = server.project().keys().serviceRoleKey().reveal()
      val admin = client(key = key)
      admin.auth.importAuthToken(key)
      return admin
    }

    private suspend fun person(): String {
      val address = newEmail()
      admin().auth.admin.createUserWithEmail { email = address; password = secret; autoConfirm = true }
      return address
    }

    private suspend fun signedIn(address: String, words: String = secret, flow: FlowType = FlowType.IMPLICIT): SupabaseClient {
      val client = client(flow)
      client.auth.signInWith(Email) { email = address; password = words }
      return client
    }

    private fun session(client: SupabaseClient) = requireNotNull(client.auth.currentSessionOrNull())

    /** The code of the error that a call ends with. */
    private suspend fun refusal(call: suspend () -> Any?): String {
      val error = runCatching { call() }.exceptionOrNull()
      return (error as? RestException)?.error ?: throw AssertionError("no refusal but $error")
    }

    private fun newEmail() = "person-${UUID.randomUUID()}@example.org"

    private fun newPhone() = "47" + Random.nextLong(10_000_000, 99_999_999)

    /** Whom the provider says the next browser belongs to. */
    private fun expect(address: String) =
      provider.enqueueCallback(
        DefaultOAuth2TokenCallback(
          "main",
          UUID.randomUUID().toString(),
          "JWT",
          listOf("my-app"),
          mapOf("email" to address, "email_verified" to true),
          3600,
        )
      )

    /** What a browser does with an address: to the provider, back, and on to the app. */
    private fun browse(address: String): URI {
      var at = address
      HttpClient.newHttpClient().use { http ->
        repeat(5) {
          if (at.startsWith(app)) return URI.create(at)
          val answer = http.send(HttpRequest.newBuilder(URI.create(at)).build(), HttpResponse.BodyHandlers.ofString())
          at = answer.headers().firstValue("Location").orElseThrow { AssertionError("no redirect: ${answer.body()}") }
          if (at.startsWith("${server.url()}#")) return URI.create(at)
        }
      }
      return URI.create(at)
    }

    private fun part(form: String, name: String): String =
      form.split("&").first { it.startsWith("$name=") }.removePrefix("$name=")
  }
}
