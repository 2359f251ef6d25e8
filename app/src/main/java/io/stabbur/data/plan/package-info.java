/// Stage two: what a request means in one database. [Planner] checks the words of `request` against
/// a catalog and makes a [DataPlan] in which every relation, relationship and function is known.
/// Pure; knows no SQL.
@NullMarked
package io.stabbur.data.plan;

import org.jspecify.annotations.NullMarked;
