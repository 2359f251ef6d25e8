/// Single sign-on with SAML 2.0: this server is the service provider of identity providers that an
/// administrator names. Start at [SamlFlow]; what is believed of a response is decided in
/// [ResponseCheck], and nothing that was not signed is ever read ([SignedContent]). Wire facts are
/// those of the OASIS SAML 2.0 core, bindings, profiles and metadata documents, and of the accounts
/// API's contract.
@NullMarked
package io.stabbur.auth.saml;

import org.jspecify.annotations.NullMarked;
