package io.stabbur.operations.advisor;

import java.util.Locale;

/// The kinds of findings. Those that splinter has, too, have its names, levels and cache keys.
public enum Lint {
  UNINDEXED_FOREIGN_KEYS(
      Level.INFO,
      Category.PERFORMANCE,
      "Unindexed foreign keys",
      "Foreign keys without an index make deletions and joins read whole tables"),
  AUTH_USERS_EXPOSED(
      Level.ERROR,
      Category.SECURITY,
      "Exposed Auth Users",
      "Views over auth.users show accounts to API callers"),
  AUTH_RLS_INITPLAN(
      Level.WARN,
      Category.PERFORMANCE,
      "Auth RLS Initialization Plan",
      "A function without columns in a policy is called for each row; inside (select …) it is called once"),
  NO_PRIMARY_KEY(
      Level.INFO, Category.PERFORMANCE, "No Primary Key", "Tables without a primary key"),
  UNUSED_INDEX(
      Level.INFO,
      Category.PERFORMANCE,
      "Unused Index",
      "Indexes that are never used cost writes and space"),
  MULTIPLE_PERMISSIVE_POLICIES(
      Level.WARN,
      Category.PERFORMANCE,
      "Multiple Permissive Policies",
      "Of several permissive policies for the same role and command one makes another superfluous"),
  POLICY_EXISTS_RLS_DISABLED(
      Level.ERROR,
      Category.SECURITY,
      "Policy Exists RLS Disabled",
      "Policies that are not asked, since row-level security is off"),
  RLS_ENABLED_NO_POLICY(
      Level.INFO,
      Category.SECURITY,
      "RLS Enabled No Policy",
      "Row-level security without a policy shows nothing to anybody"),
  DUPLICATE_INDEX(
      Level.WARN, Category.PERFORMANCE, "Duplicate Index", "Two or more identical indexes"),
  SECURITY_DEFINER_VIEW(
      Level.ERROR,
      Category.SECURITY,
      "Security Definer View",
      "Views that read with their owner's rights"),
  FUNCTION_SEARCH_PATH_MUTABLE(
      Level.WARN,
      Category.SECURITY,
      "Function Search Path Mutable",
      "Functions whose search_path is the caller's"),
  AUTH_ALLOW_ANONYMOUS_SIGN_INS(
      Level.INFO,
      Category.SECURITY,
      "Anonymous Access Policies",
      "Policies that let anonymous users in, where there are some"),
  RLS_DISABLED_IN_PUBLIC(
      Level.ERROR,
      Category.SECURITY,
      "RLS Disabled in Public",
      "Exposed tables without row-level security"),
  EXTENSION_IN_PUBLIC(
      Level.WARN, Category.SECURITY, "Extension in Public", "Extensions in the schema public"),
  RLS_REFERENCES_USER_METADATA(
      Level.ERROR,
      Category.SECURITY,
      "RLS references user metadata",
      "Policies that trust what users write about themselves"),
  MATERIALIZED_VIEW_IN_API(
      Level.WARN,
      Category.SECURITY,
      "Materialized View in API",
      "Materialized views that API callers read"),
  FOREIGN_TABLE_IN_API(
      Level.WARN,
      Category.SECURITY,
      "Foreign Table in API",
      "Foreign tables that API callers read"),
  UNSUPPORTED_REG_TYPES(
      Level.WARN,
      Category.SECURITY,
      "Unsupported reg types",
      "Columns of types that pg_upgrade refuses"),
  INSECURE_QUEUE_EXPOSED_IN_API(
      Level.ERROR,
      Category.SECURITY,
      "Insecure Queue Exposed in API",
      "Queues that are served without row-level security"),
  TABLE_BLOAT(
      Level.INFO, Category.PERFORMANCE, "Table Bloat", "Tables much larger than their rows"),
  FKEY_TO_AUTH_UNIQUE(
      Level.ERROR,
      Category.SECURITY,
      "Foreign Key to Auth Unique Constraint",
      "Foreign keys to columns of auth that are not the key"),
  EXTENSION_VERSIONS_OUTDATED(
      Level.WARN,
      Category.SECURITY,
      "Extension Versions Outdated",
      "Extensions that are older than what the server has"),
  SENSITIVE_COLUMNS_EXPOSED(
      Level.ERROR,
      Category.SECURITY,
      "Sensitive Columns Exposed",
      "Columns with telling names in tables without row-level security"),
  RLS_POLICY_ALWAYS_TRUE(
      Level.WARN,
      Category.SECURITY,
      "RLS Policy Always True",
      "Policies that let whoever asks have every row, however they say so"),
  PUBLIC_BUCKET_ALLOWS_LISTING(
      Level.WARN,
      Category.SECURITY,
      "Public Bucket Allows Listing",
      "Policies by which clients list a public bucket"),
  PG_GRAPHQL_ANON_TABLE_EXPOSED(
      Level.WARN,
      Category.SECURITY,
      "Public Can See Object in GraphQL Schema",
      "Tables in the GraphQL schema of anon"),
  PG_GRAPHQL_AUTHENTICATED_TABLE_EXPOSED(
      Level.WARN,
      Category.SECURITY,
      "Signed-In Users Can See Object in GraphQL Schema",
      "Tables in the GraphQL schema of authenticated"),
  ANON_SECURITY_DEFINER_FUNCTION_EXECUTABLE(
      Level.WARN,
      Category.SECURITY,
      "Public Can Execute SECURITY DEFINER Function",
      "Functions with their owner's rights that anybody calls and that do not ask who it is"),
  AUTHENTICATED_SECURITY_DEFINER_FUNCTION_EXECUTABLE(
      Level.WARN,
      Category.SECURITY,
      "Signed-In Users Can Execute SECURITY DEFINER Function",
      "Functions with their owner's rights that signed-in users call and that do not ask who it is"),
  PG17_DEPRECATED_EXTENSIONS(
      Level.WARN,
      Category.SECURITY,
      "Extensions Deprecated in Postgres 17",
      "Extensions that hosted projects with Postgres 17 do not have"),
  RLS_POLICY_NULL_AUTH_DISJUNCT(
      Level.WARN,
      Category.SECURITY,
      "RLS Policy True Without a User",
      "Policies that hold for callers whose token names no user"),
  INVALID_INDEX(Level.WARN, Category.PERFORMANCE, "Invalid Index", "Indexes whose making failed"),
  AUTOVACUUM_DISABLED(
      Level.INFO, Category.PERFORMANCE, "Autovacuum Disabled", "Tables that are not vacuumed"),
  UNUSED_REPLICATION_SLOT(
      Level.WARN,
      Category.PERFORMANCE,
      "Unused Replication Slot",
      "Replication slots without a reader"),
  RLS_POLICY_IGNORES_CALLER(
      Level.WARN,
      Category.SECURITY,
      "RLS Policy Ignores the Caller",
      "Policies that ask about the row only: whoever is signed in has the rows of everybody"),
  RLS_UPDATE_MOVES_ROWS(
      Level.WARN,
      Category.SECURITY,
      "RLS Update Moves Rows",
      "WITH CHECK lets a row become what USING would not let its owner touch"),
  RLS_POLICY_RECURSION(
      Level.ERROR,
      Category.SECURITY,
      "RLS Policy Recursion",
      "Policies that read their own table and so fail for everybody"),
  RLS_ONLY_RESTRICTIVE(
      Level.INFO,
      Category.SECURITY,
      "RLS Only Restrictive",
      "Tables with restrictive policies alone"),
  RLS_DISABLED_OUTSIDE_API(
      Level.INFO,
      Category.SECURITY,
      "RLS Disabled Outside the API",
      "Tables in other schemas that API roles may use and no policy protects"),
  RLS_BYPASSED_BY_OWNER(
      Level.ERROR,
      Category.SECURITY,
      "RLS Bypassed by Owner",
      "Tables that belong to a role of API callers"),
  API_ROLE_BYPASSES_RLS(
      Level.ERROR,
      Category.SECURITY,
      "API Role Bypasses RLS",
      "anon or authenticated are exempt from row-level security"),
  SCHEMA_CREATABLE_BY_API_ROLE(
      Level.ERROR,
      Category.SECURITY,
      "Schema Creatable by API Role",
      "API callers may create objects in a schema"),
  PUBLISHED_TABLE_WITHOUT_RLS(
      Level.ERROR,
      Category.SECURITY,
      "Published Table Without RLS",
      "Tables published to realtime without row-level security"),
  PUBLICATION_OF_ALL_TABLES(
      Level.WARN,
      Category.SECURITY,
      "Publication of All Tables",
      "The realtime publication has all tables"),
  FUNCTION_BUILDS_SQL(
      Level.WARN,
      Category.SECURITY,
      "Function Builds SQL",
      "Functions with their owner's rights that execute joined text"),
  REALTIME_MESSAGES_WITHOUT_RLS(
      Level.ERROR, Category.SECURITY, "Realtime Messages Without RLS", "Private channels are open"),
  STORAGE_OBJECTS_WITHOUT_RLS(
      Level.ERROR, Category.SECURITY, "Storage Without RLS", "Files are open"),
  INTERNAL_SCHEMA_EXPOSED(
      Level.ERROR,
      Category.SECURITY,
      "Internal Schema Exposed",
      "The data API serves a schema of the server");

  /// What a finding is about.
  public enum Category {
    SECURITY,
    PERFORMANCE
  }

  private final Level level;
  private final Category category;
  private final String title;
  private final String description;

  Lint(Level level, Category category, String title, String description) {
    this.level = level;
    this.category = category;
    this.title = title;
    this.description = description;
  }

  /// The name in answers, such as `rls_disabled_in_public`.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Level level() {
    return level;
  }

  public Category category() {
    return category;
  }

  public String title() {
    return title;
  }

  public String description() {
    return description;
  }
}
