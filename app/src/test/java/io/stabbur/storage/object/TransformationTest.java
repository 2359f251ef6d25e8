package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import io.stabbur.testing.Requests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How an image is wanted: by a query, by JSON, and as tokens and headers spell it.
class TransformationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "width=100 | width:100,resizing_type:fill",
        "width=100&height=50 | height:50,width:100,resizing_type:fill",
        "height=50&resize=contain | height:50,resizing_type:fit",
        "width=10&resize=fill | width:10,resizing_type:force",
        "width=10&quality=30 | width:10,resizing_type:fill,quality:30",
        "width=9999 | width:2000,resizing_type:fill",
        "width=0&height=5 | height:5,resizing_type:fill",
        "width=5&gravity=sm&x_offset=3 | width:5,resizing_type:fill,gravity:sm",
        "width=5&gravity=noea | width:5,resizing_type:fill,gravity:noea:0:0",
        "width=5&gravity=fp&x_offset=0.25&y_offset=-0.5 |"
            + " width:5,resizing_type:fill,gravity:fp:0.25:-0.5",
        "width=5&gravity=ce&x_offset=12&y_offset=-7 |"
            + " width:5,resizing_type:fill,gravity:ce:12:-7"
      })
  void whatIsAskedForIsWrittenAsTheOriginalWritesItAndReadBack(String query, String text) {
    var asked = query(query);
    assertThat(asked.text()).isEqualTo(text);
    assertThat(Transformation.parse(text, null).text()).isEqualTo(text);
  }

  @Test
  void theFormatStandsBesideTheText() {
    var asked = query("width=5&format=origin");
    assertThat(asked.format()).isEqualTo("origin");
    assertThat(asked.text()).isEqualTo("width:5,resizing_type:fill");
    assertThat(Transformation.parse(asked.text(), "origin")).isEqualTo(asked);
  }

  @Test
  void nothingAskedIsNoTransformation() {
    assertThat(query("").text()).isEmpty();
    assertThat(Transformation.parse("", null)).isEqualTo(query(""));
    assertThat(Transformation.of(Json.parse("{}"))).isEmpty();
  }

  @Test
  void jsonAsksAsAQueryDoes() {
    assertThat(Transformation.of(Json.parse("{\"width\":\"100\",\"height\":50,\"resize\":null}")))
        .contains(query("width=100&height=50"));
    assertThat(Refusals.of(() -> Transformation.of(Json.parse("{\"width\":{}}"))))
        .isEqualTo(new StorageError.InvalidParameter("querystring/width must be a single value"));
  }

  @ParameterizedTest
  @CsvSource({
    "width=-1, width must be >= 0",
    "width=1.5, width must be integer",
    "height=, height must be integer",
    "width=99999999999, width must be integer",
    "quality=19, quality must be between 20 and 100",
    "quality=101, quality must be between 20 and 100",
    "quality=x, quality must be integer",
    "resize=stretch, resize must be equal to one of the allowed values",
    "format=gif, format must be equal to one of the allowed values",
    "gravity=up, gravity must be equal to one of the allowed values",
    "gravity=, gravity must be equal to one of the allowed values",
    "x_offset=NaN, x_offset must be number",
    "y_offset=Infinity, y_offset must be number",
    "y_offset=a, y_offset must be number"
  })
  void whatCannotBeAskedForIsNamed(String query, String message) {
    assertThat(Refusals.of(() -> query(query)))
        .isEqualTo(new StorageError.InvalidParameter("querystring/" + message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"20", "100"})
  void theLimitsOfQualityAreWithin(String quality) {
    assertThat(query("quality=" + quality).quality()).isEqualTo(Integer.parseInt(quality));
  }

  private static Transformation query(String query) {
    return Transformation.of(Requests.get("/?" + query).getParameters());
  }
}
