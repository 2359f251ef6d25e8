package io.stabbur.data

import io.github.jan.supabase.SupabaseClient
import io.github.jan.supabase.exceptions.RestException
import io.github.jan.supabase.postgrest.Postgrest
import io.github.jan.supabase.postgrest.exception.PostgrestRestException
import io.github.jan.supabase.postgrest.from
import io.github.jan.supabase.postgrest.postgrest
import io.github.jan.supabase.postgrest.query.Columns
import io.github.jan.supabase.postgrest.query.Count
import io.github.jan.supabase.postgrest.query.Order
import io.github.jan.supabase.postgrest.rpc
import io.stabbur.testing.supabaseKt
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** The data API through unmodified supabase-kt; the same as `data.mjs`, as far as the library can say it. */
class DataApiWithSupabaseKtTest {
  @Serializable data class Id(val id: Int)

  @Serializable data class Label(val id: Int, val word: String)

  @Serializable data class Word(val word: String)

  @Serializable data class Writer(val name: String)

  @Serializable data class Book(val title: String, val writer: Writer?, val labels: List<Word>)

  @Serializable data class Author(val name: String, @SerialName("books") val works: List<Work>)

  @Serializable data class Work(val title: String)

  @Serializable data class Box(val id: Int, val name: String)

  private val client: SupabaseClient = supabaseKt(DataServer.shared().url(), DataServer.anonKey()) { install(Postgrest) { defaultSchema = "shelf" } }

  @Test
  fun filters() =
    runBlocking<Unit> {
      assertThat(ids { eq("binding", "paper") }).containsExactly(2, 4)
      assertThat(ids { isIn("title", listOf("Pan", "Hunger")) }).containsExactly(2, 4)
      assertThat(ids { gt("pages", 150); lte("pages", 1100); neq("id", 1) }).containsExactly(2, 3)
      assertThat(ids { ilike("title", "G%") }).containsExactly(1)
      assertThat(ids { contains("words", listOf("fire")) }).containsExactly(1, 3)
      assertThat(ids { or { lt("pages", 160); and { eq("id", 3); gte("price", 30) } } }).containsExactly(3, 4)
      assertThat(ids { filterNot("translator_id", io.github.jan.supabase.postgrest.query.filter.FilterOperator.IS, null) })
        .containsExactly(1, 3)
    }

  @Test
  fun orderRangeAndCount() =
    runBlocking<Unit> {
      val page =
        client.from("books").select(Columns.list("id")) {
          count(Count.EXACT)
          order("pages", Order.DESCENDING)
          range(1L..2L)
        }

      assertThat(page.countOrNull()).isEqualTo(4)
      assertThat(page.decodeList<Id>().map { it.id }).containsExactly(1, 2)
    }

  @Test
  fun embedding() =
    runBlocking<Unit> {
      val book =
        client
          .from("books")
          .select(Columns.raw("title, writer:authors!author_id(name), labels(word)")) { filter { eq("id", 1) } }
          .decodeSingle<Book>()
      val short =
        client.from("books").select(Columns.raw("id, labels!inner(word)")) {
          filter { eq("labels.word", "short") }
          order("id", Order.ASCENDING)
        }
      val authors =
        client.from("authors").select(Columns.raw("name, books!author_id(title)")) {
          order("id", Order.ASCENDING)
          order("title", Order.DESCENDING, referencedTable = "books")
          limit(1, referencedTable = "books")
        }

      assertThat(book).isEqualTo(Book("Gösta", Writer("Selma"), listOf(Word("classic"))))
      assertThat(short.data).contains("\"id\":2", "\"id\":4")
      assertThat(authors.decodeList<Author>()[1]).isEqualTo(Author("Knut", listOf(Work("Pan"))))
    }

  @Test
  fun upsertAndTheOtherChanges() =
    runBlocking<Unit> {
      val labels = client.from("labels")
      try {
        val made = labels.insert(listOf(Label(701, "kt one"), Label(702, "kt two"))) { select() }
        assertThat(made.decodeList<Label>()).hasSize(2)
        val twice = runCatching { labels.insert(Label(701, "kt again")) }.exceptionOrNull() as PostgrestRestException
        assertThat(twice.code).isEqualTo("23505")
        val merged =
          labels.upsert(listOf(Label(701, "kt merged"), Label(703, "kt three"))) { select() }.decodeList<Label>()
        assertThat(merged).containsExactlyInAnyOrder(Label(701, "kt merged"), Label(703, "kt three"))
        val ignored =
          labels
            .upsert(Label(704, "kt merged")) {
              onConflict = "word"
              ignoreDuplicates = true
              select()
            }.decodeList<Label>()
        assertThat(ignored).isEmpty()
        val changed =
          labels
            .update({ set("word", "kt changed") }) {
              select()
              filter { eq("id", 702) }
            }.decodeSingle<Label>()
        assertThat(changed.word).isEqualTo("kt changed")
      } finally {
        val gone =
          labels.delete {
            select()
            filter { gte("id", 701) }
          }
        assertThat(gone.decodeList<Label>()).hasSize(3)
      }
    }

  @Test
  fun functions() =
    runBlocking<Unit> {
      val sum = client.postgrest.rpc("add", buildJsonObject { put("a", 2); put("b", 3) })
      val titles =
        client.postgrest.rpc("books_of", buildJsonObject { put("author", 2) }) {
          order("title", Order.ASCENDING)
          limit(1)
        }
      val none = runCatching { client.postgrest.rpc("ad") }.exceptionOrNull() as RestException

      assertThat(sum.data).isEqualTo("5")
      assertThat(titles.decodeSingle<Work>().title).isEqualTo("Hunger")
      assertThat(none.statusCode).isEqualTo(404)
    }

  @Test
  fun anotherSchemaAndOneObject() =
    runBlocking<Unit> {
      val box = client.postgrest.from("annex", "boxes").select { single() }.decodeAs<Box>()
      val none = client.from("books").select { filter { eq("id", 99) } }.decodeSingleOrNull<Id>()

      assertThat(box).isEqualTo(Box(1, "box"))
      assertThat(none).isNull()
    }

  @Test
  fun csv() =
    runBlocking<Unit> {
      val rows =
        client.from("labels").select(Columns.list("id", "word")) {
          order("id", Order.ASCENDING)
          limit(2)
          csv()
        }

      assertThat(rows.data).isEqualTo("id,word\n1,classic\n2,short")
    }

  @Test
  fun explain() {
    DataServer.withPlans {
      runBlocking {
        val plan = client.from("books").select { explain(analyze = true) }

        assertThat(plan.data).contains("Aggregate", "actual time")
      }
    }
  }

  @Test
  fun anAbandonedCallIsOver() =
    runBlocking<Unit> {
      val begun = TimeSource.Monotonic.markNow()
      val abandoned =
        runCatching {
          withTimeout(200.milliseconds) {
            client.postgrest.rpc("slow", buildJsonObject { put("seconds", 20) })
          }
        }

      assertThat(abandoned.exceptionOrNull()).isInstanceOf(TimeoutCancellationException::class.java)
      assertThat(begun.elapsedNow()).isLessThan(5.seconds)
      assertThat(client.postgrest.rpc("add", buildJsonObject { put("a", 1) }).data).isEqualTo("2")
    }

  private suspend fun ids(
    conditions: io.github.jan.supabase.postgrest.query.filter.PostgrestFilterBuilder.() -> Unit,
  ): List<Int> =
    client
      .from("books")
      .select(Columns.list("id")) {
        order("id", Order.ASCENDING)
        filter(conditions)
      }.decodeList<Id>()
      .map { it.id }
}
