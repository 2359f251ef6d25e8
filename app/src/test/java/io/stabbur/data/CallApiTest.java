package io.stabbur.data;

import static io.stabbur.data.Scenario.ask;
import static io.stabbur.data.Scenario.get;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Functions, media types, errors, options and profiles.
class CallApiTest {
  @TestFactory
  Stream<DynamicTest> functions() {
    return Scenario.tests(
        List.of(
            get("arguments in the query", "/rpc/add?a=2&b=3").gives("5"),
            get("a default", "/rpc/add?a=2").gives("3"),
            ask("arguments in the body", "POST", "/rpc/add")
                .sending("{\"a\":2,\"b\":5}")
                .gives("7"),
            ask("arguments in a form", "POST", "/rpc/add")
                .with("Content-Type", "application/x-www-form-urlencoded")
                .sending("a=1&b=1")
                .gives("2"),
            get("a variadic one", "/rpc/joined?words=a&words=b&words=c").gives("\"a-b-c\""),
            ask("the whole body", "POST", "/rpc/echo").sending("{\"x\":[1]}").gives("{\"x\":[1]}"),
            get(
                    "rows, filtered and ordered",
                    "/rpc/books_of?author=2&pages=gt.100&select=id&order=id.desc&limit=1")
                .gives("[{\"id\":4}]"),
            ask("nothing to return", "POST", "/rpc/forget").sending("{}").answers(204),
            get("a change under GET", "/rpc/forget")
                .answers(405)
                .header("Proxy-Status", "PostgREST; error=25006"),
            ask("a status and headers of its own", "POST", "/rpc/teapot")
                .sending("{}")
                .answers(418)
                .header("X-Pot", "tea"),
            get("one that is not there", "/rpc/addd?a=1")
                .answers(404)
                .gives(
                    "{\"code\":\"PGRST202\",\"details\":\"Searched for the function shelf.addd with parameter a, but no matches were found in the schema cache.\",\"hint\":\"Perhaps you meant to call the function shelf.add\",\"message\":\"Could not find the function shelf.addd(a) in the schema cache\"}"),
            get(
                    "overloads that nobody can tell apart, by the types of their parameters",
                    "/rpc/either?a=1")
                .answers(300)
                .gives(
                    "{\"code\":\"PGRST203\",\"details\":null,\"hint\":\"Try renaming the parameters or the function itself in the database so function overloading can be resolved\",\"message\":\"Could not choose the best candidate function between: shelf.either(a => integer), shelf.either(a => text)\"}"),
            ask("a verb functions do not have", "DELETE", "/rpc/add")
                .answers(405)
                .header("Proxy-Status", "PostgREST; error=PGRST101"),
            get("who asks", "/rpc/who").gives("{\"role\":\"anon\",\"sub\":null}")));
  }

  @TestFactory
  Stream<DynamicTest> errorsOfTheDatabase() {
    return Scenario.tests(
        List.of(
            refuses("P0001", 400),
            refuses("23505", 409),
            refuses("42501", 401),
            refuses("40001", 500),
            refuses("53100", 503),
            refuses("PT402", 402),
            refuses("22012", 400),
            refuses("XX000", 500),
            get("a table without a grant", "/secrets")
                .answers(401)
                .header("WWW-Authenticate", "Bearer")
                .header("Proxy-Status", "PostgREST; error=42501")));
  }

  private static Scenario refuses(String code, int status) {
    return ask("an error " + code, "POST", "/rpc/refuse")
        .sending("{\"code\":\"" + code + "\"}")
        .answers(status)
        .gives(
            "{\"code\":\""
                + code
                + "\",\"details\":\"because\",\"hint\":\"do not\",\"message\":\"refused\"}");
  }

  @TestFactory
  Stream<DynamicTest> mediaTypes() {
    return Scenario.tests(
        List.of(
            get("CSV", "/labels?order=id&limit=2")
                .accept("text/csv")
                .header("Content-Type", "text/csv; charset=utf-8")
                .gives("id,word\n1,classic\n2,short"),
            get("one object", "/labels?id=eq.1")
                .accept("application/vnd.pgrst.object+json")
                .header("Content-Type", "application/vnd.pgrst.object+json; charset=utf-8")
                .gives("{\"id\":1,\"word\":\"classic\"}"),
            get("no object", "/labels?id=eq.99")
                .accept("application/vnd.pgrst.object+json")
                .answers(406)
                .header("Proxy-Status", "PostgREST; error=PGRST116"),
            get("without nulls", "/authors?id=eq.4")
                .accept("application/vnd.pgrst.array+json;nulls=stripped")
                .gives("[{\"id\":4,\"name\":\"Nobody\"}]"),
            get("by quality", "/labels?id=eq.1")
                .accept("text/csv;q=0.1, application/json;q=0.9")
                .header("Content-Type", "application/json; charset=utf-8"),
            get("a type nobody makes", "/labels")
                .accept("image/png")
                .answers(406)
                .header("Proxy-Status", "PostgREST; error=PGRST107"),
            get("plans are off", "/labels").accept("application/vnd.pgrst.plan").answers(406),
            get("the description", "/")
                .header("Content-Type", "application/openapi+json; charset=utf-8")));
  }

  @TestFactory
  Stream<DynamicTest> resources() {
    return Scenario.tests(
        List.of(
            ask("a preflight", "OPTIONS", "/labels")
                .with("Origin", "https://app.example.org")
                .with("Access-Control-Request-Method", "POST")
                .header("Access-Control-Allow-Origin", "*")
                .header("Access-Control-Expose-Headers", "no Access-Control-Expose-Headers"),
            get("what scripts may read", "/labels")
                .with("Origin", "https://app.example.org")
                .header(
                    "Access-Control-Expose-Headers",
                    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit"),
            ask("the verbs of a table", "OPTIONS", "/labels")
                .header("Allow", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"),
            ask("the verbs of a function", "OPTIONS", "/rpc/forget")
                .header("Allow", "OPTIONS,POST"),
            get("a table that is not there", "/book")
                .answers(404)
                .gives(
                    "{\"code\":\"PGRST205\",\"details\":null,\"hint\":\"Perhaps you meant the table 'shelf.books'\",\"message\":\"Could not find the table 'shelf.book' in the schema cache\"}"),
            get("a schema that is not served", "/labels")
                .with("Accept-Profile", "auth")
                .answers(406)
                .header("Proxy-Status", "PostgREST; error=PGRST106"),
            get("a path deeper than any", "/a/b/c").answers(404),
            ask("a verb nobody has", "TRACE", "/labels").answers(405),
            get("an unknown preference, strictly", "/labels")
                .prefer("handling=strict, mood=good")
                .answers(400)
                .header("Proxy-Status", "PostgREST; error=PGRST122"),
            get("a time zone", "/labels?id=eq.1")
                .prefer("timezone=Europe/Oslo")
                .header("Preference-Applied", "timezone=Europe/Oslo")));
  }
}
