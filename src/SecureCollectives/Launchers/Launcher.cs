namespace SecureCollectives.Launchers;

/// <summary>A program that starts workers and tells each its place through environment variables.</summary>
internal abstract class Launcher
{
    /// <summary>
    /// All supported launchers, in detection order. With nested launchers, a worker inherits the variables of each, but the innermost one
    /// started it. Launchers that others may start therefore come first.
    /// </summary>
    public static IReadOnlyList<Launcher> All { get; } =
    [
        new TorchrunLauncher(), new OpenMpiLauncher(), new HydraLauncher(), new PmixLauncher(), new SlurmLauncher(),
        new KubernetesLauncher(),
    ];

    /// <summary>Reads the worker's place from the launcher's variables.</summary>
    /// <returns>Null if the variables of this launcher are not set.</returns>
    public abstract LaunchedPlace? Find(EnvironmentReader variables);
}
