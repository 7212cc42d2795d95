namespace SecureCollectives.CommandLine.Launch;

/// <summary>Checks that the launcher and the workers have enough file descriptors. The workers inherit the launcher's limit.</summary>
internal static class LaunchDescriptors
{
    /// <summary>
    /// The descriptors that the launcher has yet to open for itself: assemblies, and the pipes of a worker being started.
    /// </summary>
    private const int Own = 64;

    /// <summary>The descriptors that each worker costs the launcher: the pipes of its two streams, and one for starting it.</summary>
    private const int OfWorker = 3;

    /// <exception cref="CommandFailureException">There are not enough; the message says how to raise the limit.</exception>
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
