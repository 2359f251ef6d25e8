package io.stabbur.platform.pgoutput;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.platform.pgoutput.Relation.Identity;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The messages as "Logical Replication Message Formats" of Postgres' documentation describes them,
/// written here field by field.
class PgOutputTest {
  private static final int BOOKS = 16384;
  private static final String UNCHANGED = "(unchanged)";

  private final PgOutput stream = new PgOutput(relation -> !relation.name().equals("boring"));

  /// A message under construction.
  private static final class Bytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Writing {
      void run() throws IOException;
    }

    private Bytes write(Writing writing) {
      try {
        writing.run();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Bytes code(char code) {
      return write(() -> out.writeByte(code));
    }

    Bytes int16(int number) {
      return write(() -> out.writeShort(number));
    }

    Bytes int32(int number) {
      return write(() -> out.writeInt(number));
    }

    Bytes int64(long number) {
      return write(() -> out.writeLong(number));
    }

    Bytes name(String name) {
      return write(
          () -> {
            out.write(name.getBytes(StandardCharsets.UTF_8));
            out.writeByte(0);
          });
    }

    Bytes tuple(@Nullable String... values) {
      int16(values.length);
      for (var value : values) {
        if (value == null) {
          code('n');
        } else if (value.equals(UNCHANGED)) {
          code('u');
        } else {
          var text = value.getBytes(StandardCharsets.UTF_8);
          code('t').int32(text.length).write(() -> out.write(text));
        }
      }
      return this;
    }

    ByteBuffer buffer() {
      return ByteBuffer.wrap(bytes.toByteArray());
    }
  }

  private static Bytes message(char code) {
    return new Bytes().code(code);
  }

  private Relation describe(int oid, String schema, String name, char identity, String... columns) {
    var message = message('R').int32(oid).name(schema).name(name).code(identity);
    message.int16(columns.length);
    for (var column : columns) {
      message.code('\1').name(column).int32(25).int32(-1);
    }
    return ((Message.Described) stream.read(message.buffer())).relation();
  }

  private Relation books() {
    return describe(BOOKS, "public", "books", 'd', "id", "title");
  }

  private Change change(Bytes message) {
    return (Change) stream.read(message.buffer());
  }

  @Test
  void aTransactionBeginsWithItsPlaceAndItsTime() {
    var time = Instant.parse("2026-02-03T04:05:06.789Z");
    long micros = Duration.between(Instant.parse("2000-01-01T00:00:00Z"), time).toNanos() / 1000;

    var begin = stream.read(message('B').int64(0x1_0000_0010L).int64(micros).int32(-5).buffer());

    assertThat(begin)
        .isEqualTo(new Message.Begin(new WalPosition(0x1_0000_0010L), time.toEpochMilli() * 1000));
  }

  @Test
  void aChangeHasTheTimeAndTheNumberOfItsTransaction() {
    books();
    stream.read(message('B').int64(1).int64(0).int32(-5).buffer());

    var change = change(message('I').int32(BOOKS).code('N').tuple("1", "Pan"));

    assertThat(change.committed())
        .isEqualTo(Instant.parse("2000-01-01T00:00:00Z").toEpochMilli() * 1000);
    assertThat(change.transaction()).isEqualTo(-5);
  }

  @Test
  void aTransactionEnds() {
    assertThat(stream.read(message('C').code('\0').int64(1).int64(2).int64(3).buffer()))
        .isEqualTo(new Message.Commit());
  }

  @Test
  void aTableIsDescribed() {
    var relation = describe(BOOKS, "public", "bøker", 'd', "id", "två ord", "a\"b");

    assertThat(relation.oid()).isEqualTo(BOOKS);
    assertThat(relation).hasToString("public.bøker");
    assertThat(relation.columns()).containsExactly("id", "två ord", "a\"b");
    assertThat(relation.identity()).isEqualTo(Identity.DEFAULT);
  }

  @Test
  void numbersOfTablesAreUnsigned() {
    assertThat(describe(-1, "public", "t", 'd').oid()).isEqualTo(4_294_967_295L);
  }

  /// The format leaves the schema `pg_catalog` empty.
  @Test
  void aTableOfTheCatalogHasItsSchema() {
    assertThat(describe(1, "", "pg_class", 'n').schema()).isEqualTo("pg_catalog");
  }

  @ParameterizedTest
  @CsvSource({"d, DEFAULT", "n, NOTHING", "f, FULL", "i, INDEX", "x, DEFAULT"})
  void aTableHasAnIdentity(char code, Identity identity) {
    assertThat(describe(BOOKS, "public", "books", code, "id").identity()).isEqualTo(identity);
  }

  @Test
  void anotherDescriptionCountsFromThenOn() {
    var first = books();
    var again = describe(BOOKS, "public", "books", 'f', "id", "title", "note");

    var change = change(message('I').int32(BOOKS).code('N').tuple("1", "Pan", null));

    assertThat(change.relation()).isSameAs(again).isNotSameAs(first);
    assertThat(image(change)).containsExactly("1", "Pan", null);
  }

  @Test
  void anInsertHasANewRow() {
    var relation = books();

    var change = change(message('I').int32(BOOKS).code('N').tuple("1", "Pan"));

    assertThat(change.kind()).isEqualTo(Kind.INSERT);
    assertThat(change.relation()).isSameAs(relation);
    assertThat(change.old()).isNull();
    assertThat(image(change)).containsExactly("1", "Pan");
  }

  @Test
  void anUpdateMayHaveNoOldRow() {
    books();

    var change = change(message('U').int32(BOOKS).code('N').tuple("1", "Sult"));

    assertThat(change.kind()).isEqualTo(Kind.UPDATE);
    assertThat(change.old()).isNull();
    assertThat(image(change)).containsExactly("1", "Sult");
  }

  /// `K`: the columns of the identity; `O`: the whole row.
  @ParameterizedTest
  @ValueSource(chars = {'K', 'O'})
  void anUpdateMayHaveAnOldRow(char code) {
    books();

    var change =
        change(message('U').int32(BOOKS).code(code).tuple("1", null).code('N').tuple("2", "Pan"));

    assertThat(texts(change.old())).containsExactly("1", null);
    assertThat(image(change)).containsExactly("2", "Pan");
  }

  @ParameterizedTest
  @ValueSource(chars = {'K', 'O'})
  void aDeleteHasAnOldRowAlone(char code) {
    books();

    var change = change(message('D').int32(BOOKS).code(code).tuple("1", null));

    assertThat(change.kind()).isEqualTo(Kind.DELETE);
    assertThat(change.image()).isNull();
    assertThat(texts(change.old())).containsExactly("1", null);
  }

  /// Postgres does not send a long value that did not change.
  @Test
  void aValueThatWasNotSentIsNeitherNullNorText() {
    books();

    var image =
        requireNonNull(change(message('U').int32(BOOKS).code('N').tuple("1", UNCHANGED)).image());

    assertThat(image.isUnchanged(0)).isFalse();
    assertThat(image.isUnchanged(1)).isTrue();
  }

  @Test
  void noTextOfATableIsTakenForOneThatWasNotSent() {
    books();

    var image =
        requireNonNull(change(message('I').int32(BOOKS).code('N').tuple("1", "unchanged")).image());

    assertThat(image.isUnchanged(1)).isFalse();
    assertThat(image.text(1)).isEqualTo("unchanged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "å😀", "a\nb", "x\u0001", "NULL", "{1,2}"})
  void aTextIsUtf8OfAnyLength(String text) {
    books();

    var change = change(message('I').int32(BOOKS).code('N').tuple(text, text.repeat(1000)));

    assertThat(image(change)).containsExactly(text, text.repeat(1000));
  }

  @Test
  void theSizeOfAChangeIsThatOfItsRowsOnTheWire() {
    books();
    // a code for each value, and a length before each text
    int row = 2 * (1 + 4) + "1".length() + "Pan".length();

    assertThat(change(message('I').int32(BOOKS).code('N').tuple("1", "Pan")).bytes())
        .isEqualTo(row);
    assertThat(
            change(message('U').int32(BOOKS).code('O').tuple("1", "Pan").code('N').tuple("1", null))
                .bytes())
        .isEqualTo(row + (1 + 4 + 1) + 1);
  }

  @Test
  void changesOfUnwantedTablesAreSkipped() {
    describe(7, "public", "boring", 'd', "id");

    assertThat(stream.read(message('I').int32(7).code('N').tuple("1").buffer()))
        .isEqualTo(new Message.Other());
  }

  @Test
  void aChangeOfATableThatWasNotDescribedIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(() -> stream.read(message('I').int32(9).code('N').tuple("1").buffer()));
  }

  /// Binary values are not asked for.
  @Test
  void aValueInAnotherFormIsAnError() {
    books();
    var message = message('I').int32(BOOKS).code('N').int16(1).code('b').int32(0);

    assertThatIllegalStateException().isThrownBy(() -> stream.read(message.buffer()));
  }

  @ParameterizedTest
  @CsvSource({"0, false, false", "1, true, false", "2, false, true", "3, true, true"})
  void tablesAreEmptiedTogether(int options, boolean cascades, boolean restarts) {
    var books = books();
    var notes = describe(5, "public", "notes", 'd', "id");
    describe(7, "public", "boring", 'd', "id");

    var message = message('T').int32(3).code((char) options).int32(5).int32(7).int32(BOOKS);

    assertThat(stream.read(message.buffer()))
        .isEqualTo(new Message.Truncated(List.of(notes, books), cascades, restarts));
  }

  @ParameterizedTest
  @ValueSource(chars = {'O', 'Y', 'M', 'S', 'x'})
  void otherMessagesAreOfNoInterest(char code) {
    assertThat(stream.read(message(code).int32(1).buffer())).isEqualTo(new Message.Other());
  }

  /// The driver reuses one array for several messages.
  @Test
  void aMessageMayLieInsideALargerArray() {
    var message = message('R').int32(1).name("s").name("t").code('d').int16(1);
    message.code('\1').name("c").int32(25).int32(-1);
    var bytes = message.buffer().array();
    var larger = new byte[bytes.length + 20];
    System.arraycopy(bytes, 0, larger, 7, bytes.length);
    var slice = ByteBuffer.wrap(larger, 7, bytes.length).slice();

    assertThat(((Message.Described) stream.read(slice)).relation()).hasToString("s.t");
  }

  private static List<@Nullable String> image(Change change) {
    return texts(change.image());
  }

  private static List<@Nullable String> texts(@Nullable Tuple tuple) {
    var all = requireNonNull(tuple);
    var texts = new java.util.ArrayList<@Nullable String>();
    for (int i = 0; i < all.size(); i++) {
      texts.add(all.text(i));
    }
    return texts;
  }
}
