import type { Instrument } from './instruments.ts';
import { stocksOf } from './stocks.ts';

/** Tokyo, Hong Kong and the connection to the mainland, Seoul, Singapore, Sydney and Mumbai. */
export const asianStocks: readonly Instrument[] = stocksOf(`
13905541|7203|TSEJ|TOYOTA MOTOR CORP トヨタ自動車|Consumer, Cyclical>Auto Manufacturers>Auto-Cars/Light Trucks|JP3633400001|3356|0.26|0.7|22e6|19620104|path=7203,alias=トヨタ
13905777|6758|TSEJ|SONY GROUP CORP ソニーグループ|Consumer, Cyclical>Home Furnishings>Audio/Video Products|JP3435000009|4021|0.3|0.9|14e6|19620104|path=6758
13905800|6861|TSEJ|KEYENCE CORP キーエンス|Industrial>Machinery-Diversified>Industr Automat/Robot|JP3236200006|57010|0.29|0.9|0.6e6|19871020|perm=delayed
13905801|9984|TSEJ|SOFTBANK GROUP CORP ソフトバンクグループ|Communications>Telecommunications>Cellular Telecom|JP3436100006|4402|0.5|1.4|30e6|19940722|rule=636
380440000|9988|SEHK|ALIBABA GROUP HOLDING LTD 阿里巴巴|Communications>Internet>E-Commerce/Products|KYG017191142|142.8|0.42|0.7|60e6|20191126|path=9988
3079550|5|SEHK|HSBC HOLDINGS PLC 滙豐控股|Financial>Banks>Diversified Banking Inst|GB0005405286|122.4|0.22|0.7|15e6|19910708|path=HSBA,lot=400,alias=匯豐/0005
150041550|600519|SEHKNTL|KWEICHOW MOUTAI CO LTD-A 贵州茅台|Consumer, Non-cyclical>Beverages>Beverages-Wine/Spirits|CNE0000018R8|1377.2|0.24|0.4|3e6|20010827|perm=delayed,alias=茅台
230949980|300750|SEHKSZSE|CONTEMPORARY AMPEREX TECHN-A 宁德时代|Industrial>Electrical Compo&Equip>Batteries/Battery Sys|CNE100003662|367.3|0.38|0.7|30e6|20180611|perm=none
6120640|005930|KSE|SAMSUNG ELECTRONICS CO LTD 삼성전자|Technology>Semiconductors>Electronic Compo-Semicon|KR7005930003|119900|0.3|0.9|17e6|19750611|alias=삼성
6120641|D05|SGX|DBS GROUP HOLDINGS LTD|Financial>Banks>Commer Banks Non-US|SG1L01001701|56.4|0.17|0.7|4e6|19990716
4036812|BHP|ASX|BHP GROUP LTD|Basic Materials>Mining>Diversified Minerals|AU000000BHP4|45.6|0.23|0.7|7e6|19620102|path=BHP
7125001|BHP|NYSE|BHP GROUP LTD-SPON ADR|Basic Materials>Mining>Diversified Minerals|US0886061086|60.8|0.23|0.7|2.5e6|19870528|type=ADR,path=BHP
4036818|CBA|ASX|COMMONWEALTH BANK OF AUSTRAL|Financial>Banks>Commer Banks Non-US|AU000000CBA7|160.9|0.19|0.7|2e6|19910912
44652000|RELIANCE|NSE|RELIANCE INDUSTRIES LTD|Energy>Oil&Gas>Oil Refining&Marketing|INE002A01018|1592.3|0.23|0.8|9e6|19951129
44652001|INFY|NSE|INFOSYS LTD|Technology>Computers>Computer Services|INE009A01021|1640.2|0.25|0.8|7e6|19950208|path=INFY
10259|INFY|NYSE|INFOSYS LTD-SP ADR|Technology>Computers>Computer Services|US4567881085|18.2|0.25|0.8|9e6|19990311|type=ADR,path=INFY
`);
