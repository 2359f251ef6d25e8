/// What a bucket asks beyond Supabase's own settings: that files are what they are called, that
/// they go after some days, that nothing goes while a legal hold stands. Start at [RuleRows];
/// [Retention] executes.
@NullMarked
package io.stabbur.storage.retention;

import org.jspecify.annotations.NullMarked;
