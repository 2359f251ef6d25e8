package io.stabbur.auth.password;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a password must be and what it costs, under `stabbur.auth.password`.
///
/// @param minLength shortest password
/// @param requiredCharacters each entry is a set of characters of which one must occur
/// @param pwnedUrl a range service of breached passwords, such as `https://api.pwnedpasswords.com`;
///   no check when absent
/// @param cost bcrypt's cost of new hashes, from 4 to 15: dearer ones are not checked
/// @param hashers how many passwords are hashed at the same time; 0 for [Passwords#threads]
/// @param waiting how many requests of one caller (a user, or the network address of one who is not
///   signed in) may wait for a hasher before further ones are refused for the moment
/// @param reauthentication asks for a fresh code when a session older than a day changes the
///   password
/// @param currentRequired asks for the current password when it is changed
@ConfigurationProperties("stabbur.auth.password")
public record PasswordSettings(
    @Bindable(defaultValue = "6") int minLength,
    @Nullable List<String> requiredCharacters,
    @Nullable URI pwnedUrl,
    @Bindable(defaultValue = "10") int cost,
    @Bindable(defaultValue = "0") int hashers,
    @Bindable(defaultValue = "500") int waiting,
    @Bindable(defaultValue = "false") boolean reauthentication,
    @Bindable(defaultValue = "false") boolean currentRequired) {
  public PasswordSettings {
    if (cost < PasswordHash.LEAST_COST || cost > PasswordHash.MOST_COST) {
      throw new IllegalArgumentException("stabbur.auth.password.cost must be from 4 to 15");
    }
  }
}
