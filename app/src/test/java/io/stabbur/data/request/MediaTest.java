package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.request.Media.Known;
import io.stabbur.data.request.Media.Nulls;
import io.stabbur.data.request.Media.ObjectJson;
import io.stabbur.data.request.Media.Other;
import io.stabbur.data.request.Media.Plan;
import io.stabbur.data.request.Media.PlanFormat;
import io.stabbur.data.request.Media.PlanOption;
import io.stabbur.data.request.Media.StrippedArray;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MediaTest {
  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("application/json", Known.JSON),
        Arguments.of("application/json;charset=utf-8", Known.JSON),
        Arguments.of("APPLICATION/JSON ; charset=utf-8", Known.JSON),
        Arguments.of("text/csv; header=present", Known.CSV),
        Arguments.of("*/*", Known.ANY),
        Arguments.of("application/vnd.pgrst.object", new ObjectJson(Nulls.KEPT)),
        Arguments.of("application/vnd.pgrst.object+json", new ObjectJson(Nulls.KEPT)),
        Arguments.of(
            "application/vnd.pgrst.object+json;nulls=stripped", new ObjectJson(Nulls.STRIPPED)),
        Arguments.of(
            "application/vnd.pgrst.object+json; charset=utf-8; nulls=stripped",
            new ObjectJson(Nulls.STRIPPED)),
        Arguments.of("application/vnd.pgrst.object+json;nulls=kept", new ObjectJson(Nulls.KEPT)),
        Arguments.of("application/vnd.pgrst.array+json", Known.JSON),
        Arguments.of("application/vnd.pgrst.array;nulls=stripped", new StrippedArray()),
        Arguments.of(
            "application/vnd.pgrst.plan", new Plan(Known.JSON, PlanFormat.TEXT, List.of())),
        Arguments.of(
            "application/vnd.pgrst.plan+json; options=wal|analyze|nothing",
            new Plan(Known.JSON, PlanFormat.JSON, List.of(PlanOption.ANALYZE, PlanOption.WAL))),
        Arguments.of(
            "application/vnd.pgrst.plan+text; for=\"text/csv\"; options=verbose",
            new Plan(Known.CSV, PlanFormat.TEXT, List.of(PlanOption.VERBOSE))),
        Arguments.of(
            "application/vnd.pgrst.plan; for=\"application/vnd.pgrst.object+json;nulls=stripped\"",
            new Plan(new ObjectJson(Nulls.STRIPPED), PlanFormat.TEXT, List.of())),
        Arguments.of("image/png", new Other("image/png")),
        Arguments.of("text/x;y=z", new Other("text/x;y=z")),
        Arguments.of("", new Other("")));
  }

  @ParameterizedTest
  @MethodSource("types")
  void typesAreReadWithTheirParameters(String text, Media media) {
    assertThat(Media.of(text)).isEqualTo(media);
  }

  @ParameterizedTest
  @EnumSource(Known.class)
  void whatATypeIsCalledLeadsBackToIt(Known known) {
    assertThat(Media.of(known.mime())).isEqualTo(known);
    assertThat(Media.of(known.contentType())).isEqualTo(known);
  }

  static Stream<Media> made() {
    return Stream.of(
        new ObjectJson(Nulls.KEPT),
        new ObjectJson(Nulls.STRIPPED),
        new StrippedArray(),
        new Plan(Known.JSON, PlanFormat.TEXT, List.of()),
        new Plan(Known.CSV, PlanFormat.JSON, List.of(PlanOption.values())),
        new Plan(new ObjectJson(Nulls.STRIPPED), PlanFormat.JSON, List.of(PlanOption.BUFFERS)));
  }

  @ParameterizedTest
  @MethodSource("made")
  void theContentTypeOfAnAnswerSaysWhatItIs(Media media) {
    assertThat(Media.of(media.mime())).isEqualTo(media);
    assertThat(media.contentType()).isEqualTo(media.mime() + "; charset=utf-8");
    assertThat(Media.of(media.contentType())).isEqualTo(media);
  }

  @Test
  void octetsAndTypesOfTheDatabaseHaveNoCharset() {
    assertThat(Known.OCTETS.contentType()).isEqualTo("application/octet-stream");
    assertThat(new Other("image/png").contentType()).isEqualTo("image/png");
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of(List.of(), List.of(Known.ANY)),
        Arguments.of(List.of("text/csv"), List.of(Known.CSV)),
        Arguments.of(List.of("text/csv, application/json"), List.of(Known.CSV, Known.JSON)),
        Arguments.of(List.of("text/csv", "application/json"), List.of(Known.CSV, Known.JSON)),
        Arguments.of(
            List.of("text/csv;q=0.5, application/json;q=0.9"), List.of(Known.JSON, Known.CSV)),
        Arguments.of(List.of("text/csv;q=0.5, application/json"), List.of(Known.JSON, Known.CSV)),
        // at equal quality the more precise first
        Arguments.of(List.of("*/*, text/csv"), List.of(Known.CSV, Known.ANY)),
        Arguments.of(
            List.of(
                "application/vnd.pgrst.object+json, application/vnd.pgrst.object;nulls=stripped"),
            List.of(new ObjectJson(Nulls.STRIPPED), new ObjectJson(Nulls.KEPT))),
        // a quality that is none counts as one
        Arguments.of(
            List.of("text/csv;q=x, application/json;q=0.9"), List.of(Known.CSV, Known.JSON)),
        Arguments.of(List.of(" , text/csv ,"), List.of(Known.CSV)));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void theBestOfTheAcceptedComesFirst(List<String> lines, List<Media> media) {
    assertThat(Media.accepted(lines)).isEqualTo(media);
  }
}
