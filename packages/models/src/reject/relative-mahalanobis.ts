import type { ClassSpread, SpreadOptions } from './class-spread.ts';
import type { RejectScore } from './reject-score.ts';
import { spreadScore } from './spread-score.ts';

/**
 * The relative Mahalanobis distance in the space of features: the squared distance of a row from the
 * mean of all rows minus that from the nearest class, min_k. A row that is far from everything is far
 * from both.
 *
 * d₀² − min_k d_k², d₀² = (z − z̄)ᵀ(Σ₀ + floor·tr(Σ₀)·I)⁻¹(z − z̄) with the covariance Σ₀ of all rows, and
 * d_k² = (z − m_k)ᵀ(Σ + floor·tr(Σ)·I)⁻¹(z − m_k) with the mean m_k of a class and the covariance Σ
 * within classes.
 *
 * The two quadratic forms are one, Σ₀⁻¹ − Σ⁻¹ with their floors, so a row takes D² products for D features, and K·D more for K
 * classes; saved it takes about 2.7·D² bytes, 11 MB for 2,048 features.
 *
 * Ren et al., "A simple fix to Mahalanobis distance for improving near-OOD detection", 2021.
 *
 * @throws RangeError if `floor` is not a positive finite number.
 *
 * @example
 * const wary = rejecting(new KernelSVM(), { score: relativeMahalanobis(), coverage: 0.95 });
 */
export const relativeMahalanobis = (options: SpreadOptions = {}): RejectScore<ClassSpread> =>
  spreadScore(options, { name: 'relativeMahalanobis', total: true });
