/// Tokens of programs: CLIs, CI and integrations of one organisation, with one role in it. They are
/// exchanged at `POST /token` for access tokens that live a quarter of an hour. Start at
/// [ApplicationTokenGrant]; administrators make and revoke them in
/// [AdminApplicationTokensController].
@NullMarked
package io.stabbur.auth.application;

import org.jspecify.annotations.NullMarked;
