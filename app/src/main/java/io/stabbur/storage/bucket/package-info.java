/// Buckets: the rows, their limits and the REST operations on them. Start at [BucketController].
@NullMarked
package io.stabbur.storage.bucket;

import org.jspecify.annotations.NullMarked;
