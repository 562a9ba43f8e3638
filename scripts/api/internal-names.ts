/**
 * Names that exported signatures mention but that packages do not export: what they stand for is
 * spelled out where they are used, or they are the tables from which a type is read. All others must
 * be exported, so that users can name them.
 */
export const internalNames: Readonly<Record<string, readonly string[]>> = {
  'backend-simd': ['Values', 'DataId', 'Output', 'Block', 'Override'],
  features: ['Name', 'MapGroup', 'ours', 'landmarkMethods', 'Layer', 'LayerClass'],
  losses: ['table', 'OfOutput'],
  models: [
    ...['If', 'Rows', 'memoryBudgetOf', 'solvers', 'tasks'],
    ...['classificationScorers', 'multilabelScorers', 'regressionScorers'],
  ],
  simd: [
    ...['ProductArguments', 'Epilogue', 'WasmVariant', 'ownNames', 'VectorFunction'],
    'kernelNames',
  ],
  tables: ['Unnamed', 'Named', 'NumberTransform', 'ReadRow', 'NameOf'],
};
