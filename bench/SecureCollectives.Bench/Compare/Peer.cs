namespace SecureCollectives.Bench.Compare;

/// <summary>A library that ours is compared with, and the requirements of its program in bench/peers.</summary>
/// <param name="Name">The library's name in the table.</param>
/// <param name="Target">The name of the program and of the Makefile target that builds it.</param>
/// <param name="Tools">Programs that must be on PATH to build and run it.</param>
/// <param name="Packages">The Debian and Ubuntu packages that provide these tools and the library.</param>
internal sealed record Peer(string Name, string Target, IReadOnlyList<string> Tools, string Packages)
{
    public static readonly Peer OpenMpi = new(
        "Open MPI", "open-mpi-peer", ["make", "g++", "mpicxx", "mpirun"], "openmpi-bin libopenmpi-dev g++ make");
    public static readonly Peer Gloo = new("Gloo", "gloo-peer", ["make", "g++"], "libgloo-dev g++ make");

    public static IReadOnlyList<Peer> All { get; } = [OpenMpi, Gloo];
}
