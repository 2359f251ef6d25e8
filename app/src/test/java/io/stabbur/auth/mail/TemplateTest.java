package io.stabbur.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.json.Json;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final Set<String> NAMES = Set.of("Token", "Email", "Data");
  private static final String VALUES =
      "{\"Token\":\"123456\",\"Email\":\"a&b@example.org\",\"Data\":{\"name\":\"Kari\",\"lang\":\"nb\",\"n\":3,\"empty\":\"\"}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          code {{ .Token }}!                                  | code 123456!
          {{.Token}}                                          | 123456
          {{ .Data.name }} {{ .Data.missing }}x               | Kari x
          {{ if .Data.name }}hei {{ .Data.name }}{{ end }}    | hei Kari
          {{ if .Data.empty }}a{{ else }}b{{ end }}           | b
          {{ if .Data.missing }}a{{ else if .Token }}b{{ else }}c{{ end }} | b
          {{ if eq .Data.lang "nb" }}Hei{{ else }}Hi{{ end }} | Hei
          {{ if ne .Data.lang "nb" }}Hi{{ else }}Hei{{ end }} | Hei
          {{ if and .Token (eq .Data.n 3) }}ja{{ end }}       | ja
          {{ if or .Data.missing (not .Data.empty) }}ja{{ end }} | ja
          a {{- .Token -}} b                                  | a123456b
          {{/* a note */}}x                                   | x
          {{ .Email }}                                        | a&amp;b@example.org
          {{ if .Token }}{{ if .Email }}both{{ end }}{{ end }} | both
          """)
  void renders(String template, String expected) {
    assertThat(Template.parse(template, NAMES).render(Json.parse(VALUES), Template.Escape.HTML))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ .Nothing }}",
        "{{ .Token",
        "{{ if .Token }}",
        "{{ end }}",
        "{{ else }}",
        "{{ if }}x{{ end }}",
        "{{ range .Data }}x{{ end }}",
        "{{ .Token | upper }}",
        "{{ ( .Token }}",
        "{{ eq }}",
        "{{ }}"
      })
  void aMistakeIsFoundWhenTheTemplateIsRead(String template) {
    assertThatThrownBy(() -> Template.parse(template, NAMES))
        .isInstanceOf(Template.BadTemplate.class);
  }

  @Test
  void aMistakeIsNamedWithItsLine() {
    assertThatThrownBy(() -> Template.parse("a\nb\n{{ .Tokn }}\n", NAMES))
        .hasMessageContaining("Tokn")
        .hasMessageContaining("line 3");
  }
}
