/// The project's keys: the public signing keys, and for administrators signing keys and API keys.
/// API keys are kept in [io.stabbur.project.ApiKeyStore], which the gateway asks.
@NullMarked
package io.stabbur.auth.key;

import org.jspecify.annotations.NullMarked;
