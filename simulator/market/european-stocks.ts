import type { Instrument } from './instruments.ts';
import { stocksOf } from './stocks.ts';

/** London, Xetra, Paris, Amsterdam and Zürich. */
export const europeanStocks: readonly Instrument[] = stocksOf(`
29612251|VOD|LSE|VODAFONE GROUP PLC|Communications>Telecommunications>Cellular Telecom|GB00BH4HKS39|0.984|0.24|0.6|60e6|19881026|path=VOD
128872867|VOD|NASDAQ|VODAFONE GROUP PLC-SP ADR|Communications>Telecommunications>Cellular Telecom|US92857W3088|13.21|0.24|0.6|5e6|19881026|type=ADR,path=VOD
29612193|HSBA|LSE|HSBC HOLDINGS PLC|Financial>Banks>Diversified Banking Inst|GB0005405286|11.728|0.22|0.8|28e6|19910710
29612107|AZN|LSE|ASTRAZENECA PLC|Consumer, Non-cyclical>Pharmaceuticals>Medical-Drugs|GB0009895292|137.82|0.23|0.5|2.2e6|19930512|perm=delayed
29612190|BP.|LSE|BP PLC|Energy>Oil&Gas>Oil Comp-Integrated|GB0007980591|4.38|0.26|0.6|30e6|19540101|path=BP
580410430|3LAP|LSEETF|LEVERAGE SHARES 3X AAPL|Funds>Equity Fund>Sector Fund-Technology|IE00BK5BZR08|41.2|0.8|3.4|0.02e6|20200605|type=ETF
75776072|CSPX|LSEETF|ISHARES CORE S&P 500|Funds>Equity Fund>Growth&Income-Large Cap|IE00B5BMR087|731.4|0.16|1|0.2e6|20100519|type=ETF,path=SPX
75776073|CSP1|LSEETF|ISHARES CORE S&P 500|Funds>Equity Fund>Growth&Income-Large Cap|IE00B5BMR087|543.2|0.17|0.95|0.1e6|20100519|type=ETF,path=SPX,cur=GBP
14121|SIE|IBIS|SIEMENS AG-REG|Industrial>Miscellaneous Manufactur>Diversified Manufact Op|DE0007236101|240.5|0.25|1.1|1.1e6|19900102
14094|BMW|IBIS|BAYERISCHE MOTOREN WERKE AG|Consumer, Cyclical>Auto Manufacturers>Auto-Cars/Light Trucks|DE0005190003|93.6|0.26|1|1e6|19900102
14245|MUV2|IBIS|MÜNCHENER RÜCKVERSICHERUNGS-GESELLSCHAFT AG|Financial>Insurance>Reinsurance|DE0008430026|563.8|0.2|0.7|0.25e6|19900102|perm=delayed,alias=Muenchener Rueck/Munich Re
26455461|DB1|IBIS|DEUTSCHE BÖRSE AG|Financial>Diversified Finan Serv>Finance-Other Services|DE0005810055|223.9|0.19|0.5|0.35e6|20010205|alias=Deutsche Boerse
29612250|MC|SBF|LVMH MOËT HENNESSY LOUIS VUITTON SE|Consumer, Cyclical>Apparel>Textile-Apparel|FR0000121014|644.7|0.28|1.1|0.4e6|19890102|path=LVMH,alias=LVMH Moet Hennessy
29612230|OR|SBF|L'ORÉAL SA|Consumer, Non-cyclical>Cosmetics/Personal Care>Cosmetics&Toiletries|FR0000120321|366.4|0.21|0.7|0.35e6|19631008|alias=L'Oreal
29612240|TTE|SBF|TOTALENERGIES SE|Energy>Oil&Gas>Oil Comp-Integrated|FR0000120271|55.7|0.21|0.5|4e6|19900102|path=TTE
491880460|TTE|NYSE|TOTALENERGIES SE|Energy>Oil&Gas>Oil Comp-Integrated|FR0000120271|65.3|0.21|0.5|1.5e6|19911025|path=TTE
117589399|ASML|AEB|ASML HOLDING NV|Technology>Semiconductors>Semiconductor Equipment|NL0010273215|921.5|0.38|1.5|0.6e6|19950314|path=ASML
126677734|PHIA|AEB|KONINKLIJKE PHILIPS NV|Consumer, Non-cyclical>Healthcare-Products>Medical Products|NL0000009538|23.2|0.28|0.8|2e6|19900102|perm=none
29612260|VUSA|AEB|VANGUARD S&P 500 UCITS ETF|Funds>Equity Fund>Growth&Income-Large Cap|IE00B3XXRP09|111.3|0.17|0.95|0.1e6|20120522|type=ETF,path=SPX
12178234|NESN|EBS|NESTLÉ SA-REG|Consumer, Non-cyclical>Food>Food-Misc/Diversified|CH0038863350|78.9|0.17|0.4|4e6|19890112|alias=Nestle
12178260|NOVN|EBS|NOVARTIS AG-REG|Consumer, Non-cyclical>Pharmaceuticals>Medical-Drugs|CH0012005267|109.6|0.19|0.4|3e6|19961223
12178290|UBSG|EBS|UBS GROUP AG-REG|Financial>Banks>Diversified Banking Inst|CH0244767585|37.1|0.29|1.1|6e6|20141128|path=UBS
173473556|UBS|NYSE|UBS GROUP AG-REG|Financial>Banks>Diversified Banking Inst|CH0244767585|46.8|0.29|1.1|2.5e6|20141128|path=UBS
`);
