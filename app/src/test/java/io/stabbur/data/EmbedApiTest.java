package io.stabbur.data;

import static io.stabbur.data.Scenario.get;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Related rows in all forms.
class EmbedApiTest {
  @TestFactory
  Stream<DynamicTest> forms() {
    return Scenario.tests(
        List.of(
            get("to-one by a hint", "/books?id=eq.1&select=id,authors!author_id(name)")
                .gives("[{\"id\":1,\"authors\":{\"name\":\"Selma\"}}]"),
            get(
                    "the bytes of jsonb",
                    "/books?id=eq.1&select=id,a:authors!author_id(name,id),l:labels(word,id)")
                .header("content-length", "76")
                .gives(
                    "[{\"id\":1,\"a\":{\"id\": 1, \"name\": \"Selma\"},\"l\":[{\"id\": 1, \"word\":"
                        + " \"classic\"}]}]"),
            get("to-one by the key's column", "/books?id=eq.1&select=author:author_id(name)")
                .gives("[{\"author\":{\"name\":\"Selma\"}}]"),
            get("to-one that is missing", "/books?id=eq.2&select=id,translator:translator_id(name)")
                .gives("[{\"id\":2,\"translator\":null}]"),
            get("to-many", "/authors?id=eq.2&select=name,books!author_id(title)&books.order=title")
                .gives(
                    "[{\"name\":\"Knut\",\"books\":[{\"title\":\"Hunger\"},{\"title\":\"Pan\"}]}]"),
            get(
                    "several orders and ranges of an embed: the first order, the last range",
                    "/authors?id=eq.2&select=books!author_id(title)&books.order=title.desc&books.order=title.asc&books.limit=2&books.limit=1")
                .gives("[{\"books\":[{\"title\":\"Pan\"}]}]"),
            get(
                    "two embeds of one name",
                    "/books?select=authors!author_id(name),authors!translator_id(name)")
                .answers(400)
                .gives(
                    "{\"code\":\"42712\",\"details\":null,\"hint\":null,\"message\":\"table name"
                        + " \\\"books_authors_1\\\" specified more than once\"}"),
            get("to-many that is empty", "/authors?id=eq.4&select=books!author_id(id)")
                .gives("[{\"books\":[]}]"),
            get("many-to-many", "/labels?id=eq.2&select=word,books(title)&books.order=id.desc")
                .gives(
                    "[{\"word\":\"short\",\"books\":[{\"title\":\"Pan\"},{\"title\":\"Hunger\"}]}]"),
            get("one-to-one, both ways", "/books?id=eq.1&select=covers(colour)")
                .gives("[{\"covers\":{\"colour\":\"blue\"}}]"),
            get(
                    "to itself, downwards",
                    "/shelves?id=eq.1&select=name,below:shelves(name)&below.order=id")
                .gives("[{\"name\":\"top\",\"below\":[{\"name\":\"middle\"},{\"name\":\"low\"}]}]"),
            get("to itself, upwards", "/shelves?id=eq.3&select=above_id(name)")
                .gives("[{\"above_id\":{\"name\":\"top\"}}]"),
            get("through a view", "/long_books?select=title,authors(name)&order=id")
                .gives(
                    "[{\"title\":\"Gösta\",\"authors\":{\"name\":\"Selma\"}},{\"title\":\"Kristin\",\"authors\":{\"name\":\"Sigrid\"}}]"),
            get(
                    "through a view that shows a system column",
                    "/placed_books?id=eq.1&select=id,authors(name)")
                .gives("[{\"id\":1,\"authors\":{\"name\":\"Selma\"}}]"),
            get(
                    "nested twice",
                    "/labels?id=eq.1&select=books(id,author:authors!author_id(name))&books.order=id")
                .gives(
                    "[{\"books\":[{\"id\":1,\"author\":{\"name\":\"Selma\"}},{\"id\":3,\"author\":{\"name\":\"Sigrid\"}}]}]"),
            get("a spread to-one", "/books?id=eq.1&select=title,...authors!author_id(author:name)")
                .gives("[{\"title\":\"Gösta\",\"author\":\"Selma\"}]"),
            get(
                    "a spread to-many",
                    "/authors?id=eq.2&select=name,...books!author_id(titles:title)&books.order=id.desc")
                .gives("[{\"name\":\"Knut\",\"titles\":[\"Pan\",\"Hunger\"]}]"),
            get("as deep as is allowed", "/shelves?id=eq.1&select=" + below(10)),
            get("deeper", "/shelves?id=eq.1&select=" + below(11))
                .answers(400)
                .gives(
                    "{\"code\":\"PGRST100\",\"details\":\"The embedding depth is limited to"
                        + " 10\",\"hint\":null,\"message\":\"The query is too complex\"}"),
            get("as many as are allowed", "/shelves?id=eq.1&select=id" + beside(50)),
            get("more", "/shelves?id=eq.1&select=id" + beside(51))
                .answers(400)
                .gives(
                    "{\"code\":\"PGRST100\",\"details\":\"The number of embedded relations is"
                        + " limited to 50\",\"hint\":null,\"message\":\"The query is too"
                        + " complex\"}"),
            get("of a function's rows", "/rpc/books_of?author=1&select=id,authors!author_id(name)")
                .gives("[{\"id\":1,\"authors\":{\"name\":\"Selma\"}}]")));
  }

  @TestFactory
  Stream<DynamicTest> conditions() {
    return Scenario.tests(
        List.of(
            get(
                    "a filter inside leaves the parents",
                    "/authors?id=in.(1,2)&select=id,books!author_id(id)&books.pages=gt.400&order=id")
                .gives("[{\"id\":1,\"books\":[{\"id\":1}]},{\"id\":2,\"books\":[]}]"),
            get(
                    "an inner join does not",
                    "/authors?select=id,books!author_id!inner(id)&books.pages=gt.400&order=id")
                .gives("[{\"id\":1,\"books\":[{\"id\":1}]},{\"id\":3,\"books\":[{\"id\":3}]}]"),
            get(
                    "an inner join is counted",
                    "/authors?select=id,books!author_id!inner(id)&books.pages=gt.400&limit=1&order=id")
                .prefer("count=exact")
                .answers(206)
                .header("Content-Range", "0-0/2"),
            get("those without", "/authors?select=id,books!author_id()&books=is.null")
                .gives("[{\"id\":4}]"),
            get("those with", "/authors?select=id,books!author_id()&books=not.is.null&order=id")
                .gives("[{\"id\":1},{\"id\":2},{\"id\":3}]"),
            get(
                    "a limit inside",
                    "/authors?id=eq.2&select=books!author_id(id)&books.order=id&books.limit=1")
                .gives("[{\"books\":[{\"id\":2}]}]"),
            get(
                    "order by a related column",
                    "/books?select=id,author:authors!author_id(name)&order=author(name).desc,id&limit=2")
                .gives(
                    "[{\"id\":3,\"author\":{\"name\":\"Sigrid\"}},{\"id\":1,\"author\":{\"name\":\"Selma\"}}]"),
            get("an ambiguous one", "/books?select=authors(name)")
                .answers(300)
                .gives(
                    "{\"code\":\"PGRST201\",\"details\":[{\"cardinality\":\"many-to-one\",\"embedding\":\"books"
                        + " with authors\",\"relationship\":\"books_author_id_fkey using"
                        + " books(author_id) and"
                        + " authors(id)\"},{\"cardinality\":\"many-to-one\",\"embedding\":\"books"
                        + " with authors\",\"relationship\":\"books_translator_id_fkey using"
                        + " books(translator_id) and authors(id)\"}],\"hint\":\"Try changing"
                        + " 'authors' to one of the following: 'authors!books_author_id_fkey',"
                        + " 'authors!books_translator_id_fkey'. Find the desired relationship in"
                        + " the 'details' key.\",\"message\":\"Could not embed because more than"
                        + " one relationship was found for 'books' and 'authors'\"}"),
            get("one that is not there", "/labels?select=authors(name)")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST200"),
            get("a filter on what is not embedded", "/books?authors.name=eq.x")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST108"),
            get("order by a to-many", "/authors?select=books!author_id(id)&order=books(id)")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST118")));
  }

  /// `below:shelves(below:shelves(id))`, so many levels deep.
  private static String below(int depth) {
    return "below:shelves(".repeat(depth) + "id" + ")".repeat(depth);
  }

  /// `,e1:shelves(id),e2:shelves(id)`, so many.
  private static String beside(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> ",e" + i + ":shelves(id)")
        .collect(Collectors.joining());
  }
}
