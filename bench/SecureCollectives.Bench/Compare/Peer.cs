namespace SecureCollectives.Bench.Compare;

/// <summary>A library that is compared with ours, and what its program in bench/peers needs.</summary>
/// <param name="Name">As the table says it.</param>
/// <param name="Target">The program, and the target of the Makefile that builds it.</param>
/// <param name="Tools">What must be on PATH to build and run it.</param>
/// <param name="Packages">Debian's and Ubuntu's packages that bring all of that, and the library.</param>
internal sealed record Peer(string Name, string Target, IReadOnlyList<string> Tools, string Packages)
{
    public static readonly Peer OpenMpi = new(
        "Open MPI", "open-mpi-peer", ["make", "g++", "mpicxx", "mpirun"], "openmpi-bin libopenmpi-dev g++ make");
    public static readonly Peer Gloo = new("Gloo", "gloo-peer", ["make", "g++"], "libgloo-dev g++ make");

    public static IReadOnlyList<Peer> All { get; } = [OpenMpi, Gloo];
}
