package io.stabbur.auth.mail;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One mail in one's own words, under `stabbur.auth.templates.<name>`; `<name>-nb` is for one
/// language alone.
///
/// @param name the mail, such as `confirmation` or `magic-link`
/// @param subject its subject
/// @param content its text as HTML
/// @param file a file with the text
/// @param url an address the text is fetched from
@EachProperty("stabbur.auth.templates")
public record TemplateSettings(
    @Parameter String name,
    @Nullable String subject,
    @Nullable String content,
    @Nullable Path file,
    @Nullable URI url) {}
