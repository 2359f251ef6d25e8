package io.stabbur.data;

import static io.stabbur.data.Scenario.ask;
import static io.stabbur.data.Scenario.get;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Inserting, changing, replacing and deleting rows.
class WriteApiTest {
  @TestFactory
  Stream<DynamicTest> inserts() {
    return Scenario.tests(
        List.of(
            ask("one row, minimal", "POST", "/labels")
                .undone()
                .sending("{\"id\":9,\"word\":\"new\"}")
                .answers(201)
                .header("Content-Range", "*/*")
                .gives(""),
            ask("one row, shown", "POST", "/labels?select=word")
                .undone()
                .prefer("return=representation")
                .sending("{\"id\":9,\"word\":\"new\"}")
                .answers(201)
                .gives("[{\"word\":\"new\"}]"),
            ask("where it went", "POST", "/labels")
                .undone()
                .prefer("return=headers-only")
                .sending("{\"id\":9,\"word\":\"new\"}")
                .answers(201)
                .header("Location", "/labels?id=eq.9"),
            ask("several rows", "POST", "/labels?columns=id,word")
                .undone()
                .prefer("return=representation")
                .prefer("count=exact")
                .sending("[{\"id\":8,\"word\":\"x\"},{\"id\":9,\"word\":\"y\",\"more\":1}]")
                .answers(201)
                .header("Content-Range", "*/2"),
            ask(
                    "defaults for what is missing",
                    "POST",
                    "/notes?columns=body,hidden&select=body,hidden")
                .undone()
                .prefer("missing=default")
                .prefer("return=representation")
                .sending("[{},{\"body\":\"said\"}]")
                .answers(201)
                .gives(
                    "[{\"body\":\"empty\",\"hidden\":false},{\"body\":\"said\",\"hidden\":false}]"),
            ask("CSV", "POST", "/labels?select=id,word")
                .undone()
                .with("Content-Type", "text/csv")
                .prefer("return=representation")
                .sending("id,word\n7,\"a \"\"b\"\"\"\n8,c\n")
                .answers(201)
                .gives("[{\"id\":7,\"word\":\"a \\\"b\\\"\"},{\"id\":8,\"word\":\"c\"}]"),
            ask("a row with its author", "POST", "/books?select=id,authors!author_id(name)")
                .undone()
                .prefer("return=representation")
                .sending("{\"id\":9,\"title\":\"New\",\"author_id\":3}")
                .answers(201)
                .gives("[{\"id\":9,\"authors\":{\"name\":\"Sigrid\"}}]"),
            ask("keys that differ", "POST", "/labels")
                .sending("[{\"id\":1},{\"word\":\"x\"}]")
                .answers(400)
                .gives(
                    "{\"code\":\"PGRST102\",\"details\":null,\"hint\":null,\"message\":\"All object keys must match\"}"),
            ask("no JSON", "POST", "/labels").sending("{\"id\":").answers(400),
            ask("an unknown column", "POST", "/labels")
                .sending("{\"id\":9,\"wrod\":\"x\"}")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST204"),
            ask("a key that is taken", "POST", "/labels")
                .sending("{\"id\":1,\"word\":\"again\"}")
                .answers(409)
                .header("Proxy-Status", "PostgREST; error=23505"),
            ask("a type nobody reads", "POST", "/labels")
                .with("Content-Type", "application/x-unheard")
                .sending("x")
                .answers(400)));
  }

  @TestFactory
  Stream<DynamicTest> upserts() {
    return Scenario.tests(
        List.of(
            ask("merge by key", "POST", "/labels?select=id,word&order=id")
                .undone()
                .prefer("resolution=merge-duplicates,return=representation")
                .sending("[{\"id\":1,\"word\":\"old\"},{\"id\":9,\"word\":\"new\"}]")
                .answers(201)
                .gives("[{\"id\":1,\"word\":\"old\"},{\"id\":9,\"word\":\"new\"}]"),
            ask("merge that adds nothing", "POST", "/labels")
                .undone()
                .prefer("resolution=merge-duplicates")
                .sending("{\"id\":1,\"word\":\"old\"}")
                .answers(200),
            ask("ignore by another column", "POST", "/labels?on_conflict=word&select=id")
                .undone()
                .prefer("resolution=ignore-duplicates,return=representation")
                .sending("[{\"id\":8,\"word\":\"classic\"},{\"id\":9,\"word\":\"new\"}]")
                .answers(201)
                .gives("[{\"id\":9}]"),
            ask("PUT inserts", "PUT", "/labels?id=eq.9")
                .undone()
                .prefer("return=representation")
                .sending("{\"id\":9,\"word\":\"new\"}")
                .answers(201)
                .gives("[{\"id\":9,\"word\":\"new\"}]"),
            ask("PUT replaces", "PUT", "/labels?id=eq.1")
                .undone()
                .prefer("return=representation")
                .sending("{\"id\":1,\"word\":\"other\"}")
                .answers(200)
                .gives("[{\"id\":1,\"word\":\"other\"}]"),
            ask("PUT of another row", "PUT", "/labels?id=eq.1")
                .sending("{\"id\":2,\"word\":\"x\"}")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST115"),
            ask("PUT without the key", "PUT", "/labels?word=eq.x")
                .sending("{\"id\":1,\"word\":\"x\"}")
                .answers(405)
                .header("Proxy-Status", "PostgREST; error=PGRST105")));
  }

  @TestFactory
  Stream<DynamicTest> changesAndDeletes() {
    return Scenario.tests(
        List.of(
            ask("a change", "PATCH", "/books?id=eq.2&select=id,pages")
                .undone()
                .prefer("return=representation")
                .sending("{\"pages\":181}")
                .header("Content-Range", "0-0/*")
                .gives("[{\"id\":2,\"pages\":181}]"),
            ask("a change of nothing", "PATCH", "/books?id=eq.2")
                .undone()
                .sending("{}")
                .answers(204)
                .header("Content-Range", "*/*"),
            ask("too many", "PATCH", "/books")
                .undone()
                .prefer("handling=strict,max-affected=2")
                .sending("{\"pages\":1}")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST124"),
            ask("not exactly one", "PATCH", "/books?id=in.(1,2)")
                .prefer("return=representation")
                .accept("application/vnd.pgrst.object+json")
                .sending("{\"pages\":1}")
                .answers(406)
                .gives(
                    "{\"code\":\"PGRST116\",\"details\":\"The result contains 2 rows\",\"hint\":null,\"message\":\"Cannot coerce the result to a single JSON object\"}"),
            get("and nothing was changed", "/books?id=in.(1,2)&select=pages&order=id")
                .gives("[{\"pages\":420},{\"pages\":180}]"),
            ask("a delete", "DELETE", "/notes?id=eq.100&select=body")
                .undone()
                .prefer("return=representation")
                .gives("[{\"body\":\"kept\"}]"),
            ask("a delete, minimal", "DELETE", "/notes?id=eq.100")
                .undone()
                .prefer("count=exact")
                .answers(204)
                .header("Content-Range", "*/1"),
            ask("a row others point at", "DELETE", "/authors?id=eq.1")
                .answers(409)
                .header("Proxy-Status", "PostgREST; error=23503"),
            get("what was undone is still there", "/notes?id=eq.100&select=body")
                .gives("[{\"body\":\"kept\"}]")));
  }
}
