package io.stabbur.platform.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.JsonStreamConfig;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// JSON text to trees and back. Numbers keep their digits, objects keep their order.
public final class Json {
  /// Most characters of a number, as Postgres writes it, that is read back: Jackson takes a
  /// thousand, with the sign and a leading `0.`.
  public static final int LONGEST_NUMBER = StreamReadConstraints.DEFAULT_MAX_NUM_LEN - 3;

  /// Digits of the longest number that Postgres keeps, before and behind the point.
  private static final int MOST_DIGITS = 131_072 + 16_383;

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final JsonFactory OF_DATABASE =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNumberLength(MOST_DIGITS + 3).build())
          .build();

  private static final JsonNodeTreeCodec CODEC =
      JsonNodeTreeCodec.getInstance()
          .withConfig(JsonStreamConfig.DEFAULT.withUseBigDecimalForFloats(true));

  private Json() {}

  /// Reads one JSON value; anything else is `Failure.Malformed`.
  public static JsonNode parse(byte[] json) {
    return parse(new String(json, StandardCharsets.UTF_8));
  }

  /// Reads one JSON value; anything else is `Failure.Malformed`.
  public static JsonNode parse(String json) {
    return parse(FACTORY, json);
  }

  /// Reads one JSON value that Postgres has written: statements of the project's own may have
  /// stored numbers that are longer than those that are taken from clients.
  public static JsonNode parseStored(String json) {
    return parse(OF_DATABASE, json);
  }

  private static JsonNode parse(JsonFactory factory, String json) {
    try (var parser = factory.createParser(json)) {
      // the codec cannot read a text without any token
      var node = parser.nextToken() == null ? null : CODEC.readTree(parser);
      if (node == null || parser.nextToken() != null) {
        throw new ApiException(new Failure.Malformed("The body is not one JSON value"));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new ApiException(new Failure.Malformed(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the bytes are one JSON value and nothing else; it is not read into memory.
  public static boolean isValid(byte[] json) {
    try (var parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /// The text of a text, a number or a boolean; nothing of what is null, a list or an object.
  public static Optional<String> scalar(JsonNode node) {
    return node.isString() || node.isNumber() || node.isBoolean()
        ? Optional.of(node.coerceStringValue())
        : Optional.empty();
  }

  /// A text of an object; empty where there is none.
  public static String text(JsonNode object, String name) {
    var text = textOrNull(object, name);
    return text == null ? "" : text;
  }

  /// A text of an object; absent where it has none of that name, or something else.
  public static @Nullable String textOrNull(@Nullable JsonNode object, String name) {
    var value = object == null || !object.isObject() ? null : object.get(name);
    return value != null && value.isString() ? value.getStringValue() : null;
  }

  /// The characters with which Postgres writes each number of a value. It writes no exponents: a
  /// short `1e999` is a thousand characters.
  public static LongStream writtenNumbers(JsonNode value) {
    if (value.isNumber()) {
      var number = value.getBigDecimalValue();
      return LongStream.of(number.precision() + Math.abs((long) number.scale()));
    }
    return value.isContainerNode()
        ? StreamSupport.stream(value.values().spliterator(), false)
            .flatMapToLong(Json::writtenNumbers)
        : LongStream.empty();
  }

  public static String write(JsonNode node) {
    var out = new StringWriter();
    try (var generator = FACTORY.createGenerator(out)) {
      CODEC.writeTree(generator, node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
