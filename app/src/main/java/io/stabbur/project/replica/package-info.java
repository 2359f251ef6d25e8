/// Read replicas of a project: streaming standbys of its Postgres that answer reads. Start at
/// [ReadReplicas].
@NullMarked
package io.stabbur.project.replica;

import org.jspecify.annotations.NullMarked;
