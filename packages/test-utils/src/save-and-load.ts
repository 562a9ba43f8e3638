import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';

/** Saves and loads a model, through the form that tfjs would write to a file. */
export async function saveAndLoad(model: LayersModel): Promise<LayersModel> {
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      // Whatever is not JSON is lost in a file, so it is lost here too.
      saved = { ...JSON.parse(JSON.stringify(artifacts)), weightData: artifacts.weightData };
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return loadLayersModel({ load: async () => saved as io.ModelArtifacts });
}
