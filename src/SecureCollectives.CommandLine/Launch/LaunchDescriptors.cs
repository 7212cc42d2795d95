namespace SecureCollectives.CommandLine.Launch;

/// <summary>Whether launcher and workers have enough file descriptors; the workers inherit the launcher's limit.</summary>
internal static class LaunchDescriptors
{
    /// <summary>The launcher's own, besides those that are open: assemblies, and the pipes of the worker that is being started.</summary>
    private const int Own = 64;

    /// <summary>The pipes of a worker's two streams, and those of its start.</summary>
    private const int OfWorker = 3;

    /// <exception cref="CommandFailureException">They have not.</exception>
    public static void Require(int workers)
    {
        var launcher = DescriptorLimit.InUse() + Own + (OfWorker * workers);
        var worker = DescriptorLimit.OfFreshProgram + DescriptorLimit.OfWorker(workers);
        var who = launcher > worker ? $"the launcher of {workers} workers" : $"each of {workers} workers";
        if (DescriptorLimit.Complaint(who, Math.Max(launcher, worker), DescriptorLimit.Current()) is { } complaint)
        {
            throw new CommandFailureException(ExitCode.Usage, complaint);
        }
    }
}
