package io.stabbur.data;

import static io.stabbur.data.Scenario.ask;
import static io.stabbur.data.Scenario.get;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Columns, filters, order, ranges and counts.
class ReadApiTest {
  private static final String ONE = "[{\"id\":1}]";

  @TestFactory
  Stream<DynamicTest> columns() {
    return Scenario.tests(
        List.of(
            get("all columns", "/labels?id=eq.1").gives("[{\"id\":1,\"word\":\"classic\"}]"),
            get("chosen columns", "/books?id=eq.2&select=title,pages")
                .gives("[{\"title\":\"Hunger\",\"pages\":180}]"),
            get("an alias and a cast", "/books?id=eq.2&select=length:pages::text")
                .gives("[{\"length\":\"180\"}]"),
            get("a JSON path as text", "/books?id=eq.2&select=facts->who->>first")
                .gives("[{\"first\":\"K\"}]"),
            get("a JSON index", "/books?id=eq.1&select=facts->tags->-1")
                .gives("[{\"tags\":\"b\"}]"),
            get("a computed field", "/books?id=eq.4&select=shout").gives("[{\"shout\":\"PAN\"}]"),
            get("another schema", "/boxes")
                .with("Accept-Profile", "annex")
                .header("Content-Profile", "annex")
                .gives("[{\"id\":1,\"name\":\"box\"}]"),
            get("a column that is not there", "/books?select=nothing")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=42703"),
            get("aggregates are off", "/books?select=pages.sum()")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST123")));
  }

  @TestFactory
  Stream<DynamicTest> filters() {
    return Scenario.tests(
        List.of(
            get("eq", "/books?title=eq.Gösta&select=id").gives(ONE),
            get(
                    "several orders, limits and offsets: the first order, the last range",
                    "/books?select=id&order=id.desc&order=id.asc&limit=5&limit=1&offset=0&offset=1")
                .gives("[{\"id\":3}]"),
            get("neq", "/books?binding=neq.paper&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":3}]"),
            get("gt and lte together", "/books?pages=gt.150&pages=lte.180&select=id")
                .gives("[{\"id\":2}]"),
            get("like with a star", "/books?title=like.*sta&select=id").gives(ONE),
            get("ilike in any of several", "/books?title=ilike(any).{g*,p*}&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":4}]"),
            get("match", "/books?title=match.%5EP&select=id").gives("[{\"id\":4}]"),
            get("in, quoted", "/books?title=in.(\"Pan\",Hunger)&select=id&order=id")
                .gives("[{\"id\":2},{\"id\":4}]"),
            get("in nothing", "/books?id=in.()").gives("[]"),
            get("an enum", "/books?binding=eq.cloth&select=id").gives(ONE),
            get("a wrong enum value", "/books?binding=eq.glass")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=22P02"),
            get("is null", "/authors?born=is.null&select=id").gives("[{\"id\":4}]"),
            get("not is null", "/books?translator_id=not.is.null&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":3}]"),
            get("array contains", "/books?words=cs.{fire}&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":3}]"),
            get("array overlaps", "/books?words=ov.{city,snow}&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":2}]"),
            get("JSON contains", "/books?facts=cs.{\"year\":1920}&select=id").gives("[{\"id\":3}]"),
            get("range overlaps", "/books?printed=ov.[1895-01-01,1896-01-01)&select=id").gives(ONE),
            get("a JSON path", "/books?facts->>year=eq.1890&select=id").gives("[{\"id\":2}]"),
            get("full text", "/books?title=fts.hunger&select=id").gives("[{\"id\":2}]"),
            get("full text in a language", "/books?title=plfts(english).hungers&select=id")
                .gives("[{\"id\":2}]"),
            get("a tree", "/books?or=(id.eq.1,and(pages.gt.100,pages.lt.160))&select=id&order=id")
                .gives("[{\"id\":1},{\"id\":4}]"),
            get("a negated tree", "/books?not.or=(id.eq.1,id.eq.2,id.eq.3)&select=id")
                .gives("[{\"id\":4}]"),
            get("by a computed field", "/books?shout=eq.PAN&select=id").gives("[{\"id\":4}]"),
            get("distinct from null", "/authors?born=isdistinct.1858-11-20&select=id&order=id")
                .gives("[{\"id\":2},{\"id\":3},{\"id\":4}]"),
            get("an operator that is not there", "/books?id=near.1")
                .answers(400)
                .gives(
                    "{\"code\":\"PGRST100\",\"details\":\"unexpected \\\"n\\\" expecting \\\"not\\\" or operator (eq, gt, ...)\",\"hint\":null,\"message\":\"\\\"failed to parse filter (near.1)\\\" (line 1, column 1)\"}"),
            get("a value of another type", "/books?id=eq.one")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=22P02"),
            get("an operator the type does not have", "/books?pages=ilike.1*")
                .answers(404)
                .gives(
                    "{\"code\":\"42883\",\"details\":null,\"hint\":\"No operator matches the given name and argument types. You might need to add explicit type casts.\",\"message\":\"operator does not exist: integer ~~* unknown\"}"),
            get("nothing gets through quotes", "/authors?name=eq.'; drop table shelf.books; --")
                .gives("[]")));
  }

  @TestFactory
  Stream<DynamicTest> ordersRangesAndCounts() {
    return Scenario.tests(
        List.of(
            get("descending, nulls last", "/authors?order=born.desc.nullslast&select=id")
                .gives("[{\"id\":3},{\"id\":2},{\"id\":1},{\"id\":4}]"),
            get("by a JSON path", "/books?order=facts->>year.desc.nullslast&limit=1&select=id")
                .gives("[{\"id\":3}]"),
            get("limit and offset", "/books?order=id&limit=2&offset=1&select=id")
                .header("Content-Range", "1-2/*")
                .gives("[{\"id\":2},{\"id\":3}]"),
            get("a Range header", "/books?order=id&select=id")
                .with("Range", "0-0")
                .header("Content-Range", "0-0/*")
                .gives(ONE),
            get("an exact count", "/books?order=id&limit=2&select=id")
                .prefer("count=exact")
                .answers(206)
                .header("Content-Range", "0-1/4")
                .header("Preference-Applied", "count=exact"),
            ask("a count without rows", "HEAD", "/books")
                .prefer("count=exact")
                .header("Content-Range", "0-3/4"),
            get("a planned count", "/books?limit=0").prefer("count=planned").answers(206),
            get("a limit of nothing", "/books?limit=0").header("Content-Range", "*/*").gives("[]"),
            get("beyond the end", "/books?offset=100")
                .prefer("count=exact")
                .answers(416)
                .header("Content-Range", "*/4"),
            get("a negative limit", "/books?limit=-1")
                .answers(416)
                .gives(
                    "{\"code\":\"PGRST103\",\"details\":\"Limit should be greater than or equal to zero.\",\"hint\":null,\"message\":\"Requested range not satisfiable\"}"),
            get("a range upside down", "/books").with("Range", "5-1").answers(416)));
  }
}
