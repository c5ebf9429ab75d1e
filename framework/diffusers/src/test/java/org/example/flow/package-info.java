/**
 * A family of models as an outsider would add it, on the library alone: a transformer of rectified flow, conditioned
 * on the states of two text encoders and on one's pooled vector, half of whose steps have noise.
 */
package org.example.flow;
