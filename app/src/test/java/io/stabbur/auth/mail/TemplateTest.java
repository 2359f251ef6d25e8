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
      "{\"Token\":\"123456\",\"Email\":\"a&b@example.org\",\"Data\":{\"name\":\"Kari\",\"lang\":\"nb\",\"n\":3,\"empty\":\"\",\"zero\":0,\"list\":[1,\"<\"],\"none\":null}}";

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
          {{ if .Data.missing }}a{{ else if eq .Data.n 4 }}b{{ else if .Email }}c{{ end }} | c
          {{ "}}" }} and {{ .Token }}                         | }} and 123456
          {{ "{{" }}                                          | {{
          {{ "a\\"}}b" }}                                     | a&#34;}}b
          {{ "a\\tb\\\\" }}                                   | a	b\\
          {{ "'<&>" }}                                        | &#39;&lt;&amp;&gt;
          {{/* a note with }} and "quotes */}}x               | x
          {{- /* a note */ -}} x                              | x
          {{ if eq .Data.n -3 }}a{{ else }}b{{ end }}         | b
          {{-3}}                                              | -3
          a {{3 -}} b                                         | a 3b
          {{ if eq .Data.lang "en" "nb" "sv" }}a{{ end }}     | a
          {{ if ne .Data.lang "en" "nb" }}a{{ else }}b{{ end }} | b
          {{ if eq .Data.missing "" }}a{{ end }}              | a
          {{ .Data.name.first }}x                             | x
          {{ and .Token .Data.empty }}{{ or .Data.empty "or" }} | or
          {{ not (not .Token) }}                              | true
          {{ .Data.zero }}{{ if .Data.zero }}a{{ else }}b{{ end }} | 0b
          {{ if .Data.list }}{{ .Data.list }}{{ end }}        | [1,&#34;&lt;&#34;]
          {{ if .Data.none }}a{{ else }}[{{ .Data.none }}]{{ end }} | []
          {{ 9223372036854775807 }}                           | 9223372036854775807
          } } { {                                             | } } { {
          blåbær 😀 {{ .Data.name }}                          | blåbær 😀 Kari
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
        "{{ eq .Token }}",
        "{{ if ne .Token }}a{{ end }}",
        "{{ if eq .Data.n 99999999999999999999 }}a{{ end }}",
        "{{ -9223372036854775809 }}",
        "{{ if .Token }}a{{ else }}b{{ else }}c{{ end }}",
        "{{ if .Token }}a{{ else }}b{{ else if .Email }}c{{ end }}",
        "{{ if .Token }}a{{ elseif .Email }}b{{ end }}",
        "{{ if .Token }}a{{ end if }}",
        "{{ if .Token }}a{{ end }}{{ end }}",
        "{{ \"a }}",
        "{{ \"\\q\" }}",
        "{{ 'a' }}",
        "{{ . }}",
        "{{ .Data. }}",
        "{{ .data.name }}",
        "{{ (.Token }}",
        "{{ .Token) }}",
        "{{ () }}",
        "{{ .Token .Email }}",
        "{{ /* a note }}",
        "{{-}}",
        "{{ template \"a\" }}",
        "{{ with .Data }}a{{ end }}",
        "{{ $x := .Token }}",
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
