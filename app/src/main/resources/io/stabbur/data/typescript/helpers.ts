
type Schemas = Omit<Database, "__InternalSupabase">

type DefaultSchema = Schemas[Extract<keyof Schemas, "%s">]

type InSchema = { schema: keyof Schemas }

type RowSources<Schema extends { Tables: unknown; Views: unknown }> =
  Schema["Tables"] & Schema["Views"]

type PartOf<Relations, Name, Part extends string> = Name extends keyof Relations
  ? Relations[Name] extends Record<Part, infer Found>
    ? Found
    : never
  : never

type EntryOf<Entries, Name> = Name extends keyof Entries ? Entries[Name] : never

export type Tables<
  Where extends keyof RowSources<DefaultSchema> | InSchema,
  Name extends Where extends InSchema
    ? keyof RowSources<Schemas[Where["schema"]]>
    : never = never,
> = Where extends InSchema
  ? PartOf<RowSources<Schemas[Where["schema"]]>, Name, "Row">
  : PartOf<RowSources<DefaultSchema>, Where, "Row">

export type TablesInsert<
  Where extends keyof DefaultSchema["Tables"] | InSchema,
  Name extends Where extends InSchema
    ? keyof Schemas[Where["schema"]]["Tables"]
    : never = never,
> = Where extends InSchema
  ? PartOf<Schemas[Where["schema"]]["Tables"], Name, "Insert">
  : PartOf<DefaultSchema["Tables"], Where, "Insert">

export type TablesUpdate<
  Where extends keyof DefaultSchema["Tables"] | InSchema,
  Name extends Where extends InSchema
    ? keyof Schemas[Where["schema"]]["Tables"]
    : never = never,
> = Where extends InSchema
  ? PartOf<Schemas[Where["schema"]]["Tables"], Name, "Update">
  : PartOf<DefaultSchema["Tables"], Where, "Update">

export type Enums<
  Where extends keyof DefaultSchema["Enums"] | InSchema,
  Name extends Where extends InSchema
    ? keyof Schemas[Where["schema"]]["Enums"]
    : never = never,
> = Where extends InSchema
  ? EntryOf<Schemas[Where["schema"]]["Enums"], Name>
  : EntryOf<DefaultSchema["Enums"], Where>

export type CompositeTypes<
  Where extends keyof DefaultSchema["CompositeTypes"] | InSchema,
  Name extends Where extends InSchema
    ? keyof Schemas[Where["schema"]]["CompositeTypes"]
    : never = never,
> = Where extends InSchema
  ? EntryOf<Schemas[Where["schema"]]["CompositeTypes"], Name>
  : EntryOf<DefaultSchema["CompositeTypes"], Where>

