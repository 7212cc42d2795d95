using SecureCollectives;
using SecureCollectives.Testing.Worker;

// A worker of a test's job. Its place in the job comes from the environment, as launchers set it. The arguments are the name of the work,
// the protection, and the arguments of that work.
if (args[0] == RoundsWork.Name)
{
    return await RoundsWork.RunAsync(JobOptions.FromEnvironment(), args[1..]);
}

await using var job = await Job.JoinAsync(JobOptions.FromEnvironment());
var protection = Enum.Parse<Protection>(args[1]);
return args[0] switch
{
    FaultWork.Name => await FaultWork.RunAsync(job, protection, args[2..]),
    IdleWork.Name => await IdleWork.RunAsync(job),
    OpenWork.Name => await OpenWork.RunAsync(job, protection, args[2..]),
    SuiteWork.Name => await SuiteWork.RunAsync(job, protection),
    CrowdWork.Name => await CrowdWork.RunAsync(job, protection, args[2..]),
    LargeWork.Name => await LargeWork.RunAsync(job, protection, args[2..]),
    TypesWork.Name => await TypesWork.RunAsync(job, protection),
    MemoryWork.Name => await MemoryWork.RunAsync(job, protection),
    _ => throw new ArgumentException($"Unknown work '{args[0]}'."),
};
